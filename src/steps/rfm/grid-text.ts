import { defaultGrid, defaultSegments } from "./default-grid.ts";
import { rangeText, type Grid, type GridRule } from "./grid.ts";

/** A grid as YAML with comments, to be edited and given to `--grid`. */
export function gridText(grid: Grid): string {
  const meanings = grid === defaultGrid ? defaultSegments.map(({ meaning }) => meaning) : [];
  const rules = grid.map((rule, i) => {
    const comment = meanings[i] === undefined ? [] : [`# ${meanings[i]}`];
    return [...comment, ...ruleLines(rule)].join("\n");
  });
  return `${heading}\n\n${rules.join("\n\n")}\n`;
}

const heading = `# Segments by RFM scores. 5 is best: r = recency (bought latest), f = frequency (most often), m = monetary (most spent).
# A range is written 4-5, or 3 for one score; a score that is left out may be any from 1 to 5.
# Every combination of r, f and m must be in exactly one segment; a segment may stand several times, in several parts.
# segment score rfm … --grid THIS-FILE uses it, and says what is missing or held twice.`;

function ruleLines({ name, r, f, m }: GridRule): readonly string[] {
  const ranges = Object.entries({ r, f, m }).filter(([, [low, high]]) => low > 1 || high < 5);
  return [`- name: ${scalar(name)}`, ...ranges.map(([score, range]) => `  ${score}: ${rangeText(range)}`)];
}

/** A name that could be read as anything but these words is quoted, as JSON is YAML. */
function scalar(name: string): string {
  const isPlain = /^[\p{L}][\p{L}\p{N} _-]*$/u.test(name) && !/^(?:true|false|null|yes|no|on|off)$/i.test(name);
  return isPlain && name === name.trim() ? name : JSON.stringify(name);
}
