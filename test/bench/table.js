/** Collects what the races found, printing each line as it comes. */
export function openTable() {
  const lines = [];
  const wrongs = [];
  const add = (cells, note, wrong = []) => {
    lines.push(cells);
    wrongs.push(...wrong);
    console.log(`  ${cells.join(" · ")}${note === undefined ? "" : ` (${note})`}`);
    for (const what of wrong) console.log(`  WRONG: ${what}`);
  };
  return {
    /** Ours against a rival: `needs` and `aims` are least ratios, `lessMemory` asks for a lower peak than the rival's. */
    compare({ name, ours, rival, against, needs, aims, lessMemory = false, note, wrong }) {
      const ratio = rival.median / ours.median;
      const missed = [];
      if (needs !== undefined && ratio < needs) missed.push(`below ${needs}`);
      else if (aims !== undefined && ratio < aims) missed.push(`aim ${aims}`);
      if (lessMemory && ours.peak >= rival.peak) missed.push("more memory");
      const verdict = wrong.length > 0 ? "lost: wrong" : missed.join(", ");
      const figure = `${ratio.toFixed(2)}×${verdict === "" ? "" : ` (${verdict})`}`;
      add(
        [name, against, seconds(ours), seconds(rival), figure, `${size(ours.peak)} / ${size(rival.peak)}`],
        note,
        wrong,
      );
    },

    /** Ours alone, with a limit to its peak memory. */
    alone({ name, ours, limit }) {
      const figure = ours.peak < limit ? `under ${size(limit)}` : `above ${size(limit)}`;
      add([name, "", seconds(ours), "", figure, size(ours.peak)]);
    },

    /** What a start of ours takes beyond bare Node, in milliseconds. */
    beyond({ name, milliseconds, bare, limit }) {
      const figure = milliseconds <= limit ? `within ${limit} ms` : `above ${limit} ms`;
      add([name, "node -e 0", `+${milliseconds.toFixed(0)} ms`, `${bare.toFixed(0)} ms`, figure, ""]);
    },

    isWrong: () => wrongs.length > 0,

    markdown() {
      const head = ["race", "against", "ours", "rival", "ratio", "peak memory, ours / rival"];
      return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
    },
  };
}

function seconds({ median, least, greatest }) {
  return `${median.toFixed(2)} s (${least.toFixed(2)}–${greatest.toFixed(2)})`;
}

function size(bytes) {
  return bytes === undefined ? "" : `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
