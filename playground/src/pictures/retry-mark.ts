/** Draws an arrow that turns back: what ended there is tried again. */
export function drawRetryMark(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  color: string,
): void {
  const end = 1.55 * Math.PI;
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = Math.max(1, radius / 2.6);
  context.beginPath();
  context.arc(x, y, radius, 0, end);
  context.stroke();
  const tip = radius * 0.85;
  const [headX, headY] = [x + radius * Math.cos(end), y + radius * Math.sin(end)];
  context.beginPath();
  context.moveTo(headX - tip * 0.2, headY - tip);
  context.lineTo(headX + tip, headY);
  context.lineTo(headX - tip * 0.2, headY + tip);
  context.fill();
}
