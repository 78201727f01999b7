/** Around all tests of a run: its seed before them, and after them the seconds since `npm test` began, lint and build included. */
export default function aroundTests(): () => void {
  process.stdout.write(`SEED=${process.env['SEED']} draws again what is random in these tests.\n`);
  const began = Number(process.env['BEGAN']) || Date.now() / 1000;
  return () => process.stdout.write(`${Math.round(Date.now() / 1000 - began)} s in all\n`);
}
