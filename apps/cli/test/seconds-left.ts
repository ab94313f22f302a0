/** Until a bounded run of all tests is cut off (`.ci/run`); without a bound for ever. */
export function secondsLeft(): number {
  const { TEST_DEADLINE } = process.env;
  return TEST_DEADLINE === undefined ? Number.POSITIVE_INFINITY : Number(TEST_DEADLINE) - Date.now() / 1000;
}
