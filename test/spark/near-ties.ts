import papaparse from "papaparse";

/** As `--save-model` writes it, the members that are read here. */
interface ModelFile {
  readonly parameters: {
    readonly features: readonly {
      readonly source: string;
      readonly fill: number | null;
      readonly transform: {
        readonly kind: string;
        readonly log1p: boolean;
        readonly center: number;
        readonly scale: number;
      };
    }[];
    readonly segments: readonly { readonly segment: number; readonly centre: readonly number[] }[];
  };
}

/** The rows of a table in CSV, the header left out. */
export function labelsOf(csv: string): number[] {
  return rowsOf(csv).map((row) => Number(row["segment"]));
}

/** Numbers of the rows whose two least squared distances to a centre differ by less than 1e-9 of them. */
export function nearTies(csv: string, model: string): number[] {
  const { features, segments } = (JSON.parse(model) as ModelFile).parameters;
  return rowsOf(csv).flatMap((row, i) => {
    const point = features.map(({ source, fill, transform }) => {
      const text = row[source] ?? "";
      const x = text === "" ? (fill ?? Number.NaN) : Number(text);
      const raw = transform.log1p ? Math.sign(x) * Math.log1p(Math.abs(x)) : x;
      return (raw - transform.center) / transform.scale;
    });
    const [least = 0, second = Infinity] = segments
      .map(({ centre }) => centre.reduce((sum, c, j) => sum + (point[j]! - c) ** 2, 0))
      .sort((a, b) => a - b);
    return second - least < 1e-9 * second ? [i] : [];
  });
}

function rowsOf(csv: string): readonly Readonly<Record<string, string>>[] {
  return papaparse.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true }).data;
}
