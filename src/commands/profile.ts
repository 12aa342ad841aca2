import type { Command, Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import { openTable } from "../steps/open-table.ts";
import { crossTables } from "../steps/profile/cross-tables.ts";
import { findProblems } from "../steps/profile/problems.ts";
import { chosenTable, profileTable } from "../steps/profile/profile-table.ts";
import { suggestCommands } from "../steps/profile/suggestions.ts";
import { textFactsQuery } from "../steps/profile/text-facts.ts";
import { columnRoles } from "../steps/roles/column-roles.ts";
import { schemaText } from "../steps/roles/schema-file.ts";
import { readAsOf } from "../steps/validate/data-checks.ts";
import { profileOptions } from "./profile-options.ts";
import { profileReport } from "./profile-report.ts";
import { readOptions } from "./common-options.ts";
import { givenWords, refuseIdle, refuseSpooled } from "./refuse-options.ts";

/** Options of reading that the next command on the same file needs too; each names its own quarantine and schema. */
const readingKeys = (Object.keys(readOptions) as (keyof typeof readOptions)[]).filter(
  (key) => key !== "quarantine" && key !== "schema",
);

type ProfileOptions = OptionsOf<typeof profileOptions>;

/** `segment profile`: what an analyst looks at first. */
export const profile: Command<typeof profileOptions> = {
  name: "profile",
  summary: "what is in a table, what is wrong with it, what to run next",
  description:
    "Looks at every column: type and role, missing and different values, quantiles (type 7), mean and deviation (ddof 0), " +
    "skewness and kurtosis (of the population), outliers by Tukey's fences, the most frequent values; and at what may be " +
    "wrong: constants, ids, dates that leak the outcome or lie in the future, mixed formats, encoding damage such as " +
    "Ã©, odd spaces, words for nothing, several spellings of one value, 999 for a missing number. How columns go together: " +
    "Pearson and Spearman of two measures, Cramér's V corrected for bias (Bergsma 2013) of two categories, η of a measure " +
    "by a category. Rows and keys that are there twice. At last the commands that come next, ready to paste. All figures " +
    "are of all rows and exact; how columns go together is of 100,000 rows drawn by hash where the table is large, and " +
    "says so. A column that can be read in two ways is shown with both readings.",
  inputs: "files",
  options: profileOptions,
  examples: [
    { run: "segment profile crm.csv", does: "look at a table for the first time" },
    { run: "segment profile segments.csv --by segment", does: "how the segments differ in every column" },
    { run: "segment profile crm.csv --report profile.html", does: "the same as a page to send" },
    {
      run: "segment profile crm.csv --schema schema.yaml",
      does: "and write types and roles for the commands that follow",
    },
  ],
  run,
};

async function run(context: Context, inputs: readonly string[], options: ProfileOptions): Promise<Outcome> {
  const { engine } = context;
  const asOf = readAsOf(options.asOf);
  const opened = await openTable(context, inputs, options, { schema: "made" });
  if (options.explain) refuseSpooled(opened.sources);
  const whole = opened.table;
  const made = options.schema !== undefined && opened.schema === null ? options.schema : null;
  if (made !== null && options.explain) refuseIdle(["--schema"], "--explain writes nothing");
  const table = chosenTable(whole, options);
  if (table.columns.length === 0)
    throw new SegmentError("usage", "no column is left to look at", { hint: "widen --columns or narrow --exclude" });
  context.terminal.progress("looking at what the columns are for");
  const { roles, sampled } = await columnRoles(engine, whole);
  const roleOf = new Map(roles.map((one) => [one.column, one]));
  const figures = await profileTable(
    context,
    table,
    table.columns.map(({ name }) => roleOf.get(name)!),
  );
  const problems = findProblems(table, figures, asOf, {
    option: options.encoding === undefined ? null : `--encoding ${options.encoding}`,
  });
  const cross = options.by === undefined ? null : await crossTables(context, whole, figures.columns, options.by);
  const report = profileReport({
    version: context.version,
    opened,
    table,
    figures,
    problems,
    cross,
    asOf,
    top: options.top,
    rolesOfRows: sampled,
    made,
    suggestions: suggestCommands(
      { files: inputs, reading: givenWords(profileOptions, options, readingKeys), schema: options.schema ?? null },
      figures,
      problems,
    ),
  });
  if (options.explain) {
    const texts = figures.columns.filter(({ column }) => column.stored === "text");
    return { report, text: engine.explain(textFactsQuery(table, texts)) };
  }
  return { report, files: made === null ? [] : [{ path: made, text: await schemaText(whole, roles) }] };
}
