/** Time until a bounded run of all tests is stopped (`.ci/run`). Infinite without a deadline. */
export function secondsLeft(): number {
  const { TEST_DEADLINE } = process.env;
  return TEST_DEADLINE === undefined ? Number.POSITIVE_INFINITY : Number(TEST_DEADLINE) - Date.now() / 1000;
}
