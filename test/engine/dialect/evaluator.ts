import type { Engine } from "../../../src/core/context.ts";
import type { Sql } from "../../../src/core/sql.ts";
import { asText } from "../../../src/sql/functions.ts";
import { identifier, join, sql, value } from "../../../src/sql/template.ts";

/** What expressions give on an engine. */
export interface Evaluator {
  evaluate(expression: Sql): Promise<unknown>;
  /** What an expression over each of some texts gives, in one query. */
  overAll(
    texts: readonly (readonly (string | null)[])[],
    of: (...given: readonly Sql[]) => Sql,
  ): Promise<readonly unknown[]>;
}

/** Evaluates expressions on an engine that is open when they are. */
export function evaluator(engine: () => Engine): Evaluator {
  return {
    async evaluate(expression) {
      const rows = await engine().rows(sql`select ${expression} as result`, 1);
      return rows[0]!["result"];
    },
    async overAll(texts, of) {
      const names = texts[0]!.map((_, j) => identifier(`text_${j + 1}`));
      const listed = texts.map((own, i) => sql`(${join([value(i), ...own.map(text)], ", ")})`);
      const rows = await engine().rows(
        sql`
          select
            number_1,
            ${of(...names)} as result
          from (values ${join(listed, ", ")}) as given_1(${join([identifier("number_1"), ...names], ", ")})
          order by number_1
        `,
        texts.length,
      );
      return rows.map((row) => row["result"]);
    },
  };
}

/** A text with the type of one, null too. */
export function text(given: string | null): Sql {
  return given === null ? asText(sql`null`) : value(given);
}
