/** Progress on standard error, each line with the minutes since now. */
export function elapsed(): (what: string) => void {
  const began = performance.now();
  return (what) => {
    const minutes = ((performance.now() - began) / 60_000).toFixed(1).padStart(5);
    process.stderr.write(`${minutes} min  ${what}\n`);
  };
}
