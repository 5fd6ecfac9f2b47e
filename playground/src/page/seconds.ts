/** A time of the scene, as it is shown. What has passed, not rounded: 0.305 s would be shown as 0.30, and 0.405 s as 0.41. */
export function seconds(ms: number): string {
  return `${(Math.floor(ms / 10) / 100).toFixed(2)} s`;
}
