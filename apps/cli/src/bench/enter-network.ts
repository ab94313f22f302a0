import { chooseInside } from '../verbs/choose-inside.ts';

/** Native stacks are measured from inside their network. @throws RanInside when the measurement was run there */
export async function enterNetwork(signal: AbortSignal): Promise<void> {
  await chooseInside({
    asked: 'native',
    id: null,
    use: 'starts',
    observe: false,
    needsOutside: false,
    fetchFirst: () => Promise.resolve(),
    signal,
    say: (text) => void process.stderr.write(text),
  });
}
