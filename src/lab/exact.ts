/*
 * Math.exp and Math.log may differ in their last bit from engine to engine. What is made of sums, products and quotients
 * alone does not (IEEE 754), so that the same seed gives the same run in each.
 */

/** e to the power of `x`, of which about 14 digits are right; the same in every engine. For -700 < x < 700. */
export function exp(x: number): number {
  const doublings = Math.round(x / Math.LN2);
  const rest = x - doublings * Math.LN2;
  let term = 1;
  let sum = 1;
  for (let n = 1; n < 18; n++) sum += term *= rest / n;
  const factor = doublings < 0 ? 0.5 : 2;
  for (let n = Math.abs(doublings); n > 0; n--) sum *= factor;
  return sum;
}

/** The natural logarithm of `x` > 0, of which about 14 digits are right; the same in every engine. */
export function ln(x: number): number {
  let mantissa = x;
  let doublings = 0;
  for (; mantissa > 1.5; doublings++) mantissa /= 2;
  for (; mantissa < 0.75; doublings--) mantissa *= 2;
  // 2 artanh((m - 1) / (m + 1)), by its series.
  const base = (mantissa - 1) / (mantissa + 1);
  let power = base;
  let sum = 0;
  for (let n = 1; n < 28; n += 2) {
    sum += power / n;
    power *= base * base;
  }
  return 2 * sum + doublings * Math.LN2;
}

/** What a standard normal distribution stays below with the probability `p`, 0 < p < 1: P. J. Acklam's approximation, to 1e-9. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.024_25) {
    const q = Math.sqrt(-2 * ln(p));
    return polynomial(q, TAIL_ABOVE) / (polynomial(q, TAIL_BELOW) * q + 1);
  }
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(r, MIDDLE_ABOVE) * q) / (polynomial(r, MIDDLE_BELOW) * r + 1);
}

const polynomial = (x: number, factors: readonly number[]): number => factors.reduce((sum, factor) => sum * x + factor);

const MIDDLE_ABOVE = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const MIDDLE_BELOW = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
];
const TAIL_ABOVE = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_BELOW = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
