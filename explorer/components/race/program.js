// The PyTorch of the race that is on: the program of its surface, and what the reader has set.
export function program(text, { start, rates, habits, turn, seed, benched }) {
  const values = { START_X: start[0], START_Y: start[1], DEGREES: turn, THROWN: seed };
  for (const [name, rate] of Object.entries(rates)) values["RATE_" + name.toUpperCase()] = rate;
  for (const [name, habit] of Object.entries(habits)) values["HABIT_" + name.toUpperCase()] = habit;
  const rests = (line) => benched.some((name) => line.includes("RATE_" + name.toUpperCase()));
  return text.split("\n").filter((line) => !rests(line)).join("\n").replace(/\b[A-Z]+(_[A-Z0-9]+)?\b/g, (word) => values[word] ?? word);
}
