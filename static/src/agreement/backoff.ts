// How long to wait before the next attempt: longer each time, and never two people at the same moment.

const FIRST = 400;
const LONGEST = 15_000;

export function pause(attempt: number, random: () => number): number {
  const whole = Math.min(LONGEST, FIRST * 2 ** attempt);
  return Math.round(whole * (0.5 + random() / 2));
}
