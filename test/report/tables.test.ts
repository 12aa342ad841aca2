import { expect, test } from "vitest";
import type { Report } from "../../src/core/report.ts";
import { reportTables } from "../../src/report/tables.ts";
import { sampleReport } from "./sample-report.ts";

test("every table of a report becomes a CSV file of its own", () => {
  expect([...reportTables(sampleReport()).keys()]).toEqual([
    "choose-k.csv",
    "silhouette.csv",
    "sizes.csv",
    "sentences.csv",
    "profile.csv",
    "medians.csv",
    "means.csv",
    "imputed.csv",
    "describe.csv",
    "describe-medians.csv",
    "columns.csv",
    "columns-left-out.csv",
  ]);
});

test("files hold plain numbers in full precision, not the words of the drawing", () => {
  expect(reportTables(sampleReport()).get("choose-k.csv")).toBe(
    [
      "k,inertia,silhouette,ci95_half_width,calinski_harabasz,davies_bouldin,smallest_share,chosen",
      "2,412310.5,0.412,0.011,48213.4,1.214,0.311,0",
      "3,309821.2,0.613,0.009,61022.9,0.871,0.152,1",
      "4,287455.1,0.478,0.0042,52310.2,1.032,0.084,0",
      "10,158002.3,0.331,0.012,39877.6,1.341,0.0004,0",
      "",
    ].join("\n"),
  );
});

test("names with commas, quotes and line ends are quoted, missing values are empty", () => {
  const report: Report = {
    ...sampleReport(),
    blocks: [
      {
        kind: "table",
        table: {
          name: "t",
          columns: [],
          rows: [],
          data: {
            columns: ["a,b", 'say "x"'],
            rows: [
              ["l1\nl2", null],
              [" padded", Number.NaN],
              ["", 1e21],
            ],
          },
        },
      },
    ],
  };
  expect(reportTables(report).get("t.csv")).toBe('"a,b","say ""x"""\n"l1\nl2",\n" padded",\n,1e+21\n');
});
