/** What the function returns, or something else where it throws. */
export function orElse<Result, Other>(fn: () => Result, other: Other): Result | Other {
  try {
    return fn();
  } catch {
    return other;
  }
}
