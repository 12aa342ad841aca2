// The tables that `density.js` measures on: groups of six kinds, of 300 to 20,000 rows and 2 to 10 columns, with no, a tenth
// and three tenths of the rows scattered.
import { createRandom } from "../../dist/model/random.js";

const families = ["blobs", "densities", "moons", "rings", "customers", "stretched"];
const noises = [0, 0.1, 0.3];
/** How many there are. */
export const tables = 120;

/** Draws in turn from one generator. */
function drawing(table) {
  const random = createRandom(table, "tables of density");
  let draws = 0;
  const uniform = (low, high) => low + (high - low) * random.uniform(draws++);
  return {
    uniform,
    normal: () => random.normal(1e9 + draws++),
    whole: (low, high) => Math.floor(uniform(low, high + 1)),
  };
}

/** Centres no nearer to each other than `apart`. */
function centresOf({ normal }, k, d, apart) {
  const centres = [];
  let spread = apart;
  while (centres.length < k) {
    const centre = Array.from({ length: d }, () => normal() * spread);
    if (centres.every((other) => Math.hypot(...other.map((x, j) => x - centre[j])) > apart)) centres.push(centre);
    spread *= 1.01;
  }
  return centres;
}

/** Rows of a group, by family; each is one way in which groups of customers are not round and alike. */
const shapes = {
  blobs: (draw, d, k) => ({
    sizes: Array.from({ length: k }, () => 1),
    group: rounded(draw, centresOf(draw, k, d, 5), () => 0.8),
  }),
  densities: (draw, d, k) => {
    const sizes = Array.from({ length: k }, () => draw.uniform(0.3, 1.5));
    const widths = Array.from({ length: k }, () => draw.uniform(0.3, 1.4));
    return { sizes, group: rounded(draw, centresOf(draw, k, d, 6), (c) => widths[c]) };
  },
  moons: (draw) => ({
    sizes: [1, 1],
    group: (c) => {
      const angle = draw.uniform(0, Math.PI);
      const [x, y] = c === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
      return [x + 0.07 * draw.normal(), y + 0.07 * draw.normal()];
    },
  }),
  rings: (draw) => ({
    sizes: [1, 2.5],
    group: (c) => {
      const angle = draw.uniform(0, 2 * Math.PI);
      const radius = (c === 0 ? 0.4 : 1) + 0.06 * draw.normal();
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    },
  }),
  // What customers do is skewed: axes are exponential and multiply, sizes fall from group to group.
  customers: (draw, d, k) => {
    const centres = centresOf(draw, k, d, 5);
    const widths = centres.map((centre) => centre.map(() => draw.uniform(0.4, 1)));
    const skewed = centres.map((centre) => centre.map(() => draw.uniform(0, 1) < 0.4));
    return {
      sizes: Array.from({ length: k }, (_, c) => 0.65 ** c),
      group: (c) =>
        centres[c].map((x, j) => {
          const own = skewed[c][j] ? -Math.log(1 - draw.uniform(0, 1)) - 1 : draw.normal();
          return x + widths[c][j] * own;
        }),
    };
  },
  stretched: (draw, d, k) => {
    const centres = centresOf(draw, k, d, 7);
    const mixes = centres.map(() => Array.from({ length: d }, () => Array.from({ length: d }, () => draw.normal())));
    return {
      sizes: Array.from({ length: k }, () => draw.uniform(0.5, 1.5)),
      group: (c) => {
        const own = Array.from({ length: d }, () => draw.normal());
        const mixed = mixes[c].map((weights) => weights.reduce((sum, w, j) => sum + w * own[j], 0) / Math.sqrt(d));
        return centres[c].map((x, j) => x + 0.3 * own[j] + 0.8 * mixed[j]);
      },
    };
  },
};

function rounded(draw, centres, width) {
  return (c) => centres[c].map((x) => x + width(c) * draw.normal());
}

/** z-scored rows and their groups from 1; 0 for what is scattered over a box a tenth wider than the groups. */
export function tableOf(number) {
  const family = families[Math.floor(number / 2) % families.length];
  const noise = noises[Math.floor(number / (2 * families.length)) % noises.length];
  const draw = drawing(number);
  const isFlat = family === "moons" || family === "rings";
  const d = isFlat ? 2 : draw.whole(2, 10);
  const n = Math.round(300 * (20_000 / 300) ** (draw.uniform(0, 1) ** 1.5));
  const k = isFlat ? 2 : draw.whole(2, 6);
  const { sizes, group } = shapes[family](draw, d, k);
  const whole = sizes.reduce((sum, size) => sum + size);
  const rows = [];
  const truth = [];
  sizes.forEach((size, c) => {
    for (let i = Math.round((size / whole) * n * (1 - noise)); i > 0; i--) {
      rows.push(group(c));
      truth.push(c + 1);
    }
  });
  const ends = Array.from({ length: d }, (_, j) => {
    const [low, high] = rows.reduce(([a, b], row) => [Math.min(a, row[j]), Math.max(b, row[j])], [Infinity, -Infinity]);
    return [low - 0.05 * (high - low), high + 0.05 * (high - low)];
  });
  for (let i = Math.round(n * noise); i > 0; i--) {
    rows.push(ends.map(([low, high]) => draw.uniform(low, high)));
    truth.push(0);
  }
  const order = Uint32Array.from(rows.keys());
  const keys = Float64Array.from(order, () => draw.uniform(0, 1));
  order.sort((a, b) => keys[a] - keys[b]);
  for (let j = 0; j < d; j++) {
    const mean = rows.reduce((sum, row) => sum + row[j], 0) / rows.length;
    const deviation = Math.sqrt(rows.reduce((sum, row) => sum + (row[j] - mean) ** 2, 0) / rows.length);
    for (const row of rows) row[j] = (row[j] - mean) / deviation;
  }
  return {
    name: `${family} ${noise * 100} %`,
    family,
    noise,
    rows: Array.from(order, (i) => rows[i]),
    truth: Array.from(order, (i) => truth[i]),
  };
}
