import type { Sql } from "../../core/sql.ts";
import { grade } from "../../model/linkage/alike-forms.ts";
import { countItems, editDistance, jaroWinkler } from "../../sql/functions.ts";
import { sql } from "../../sql/template.ts";

/** A person as a row writes them, inside a query: the folded words of the name as a list, the same in one, and the date of birth. */
export interface PersonForm {
  readonly words: Sql;
  readonly together: Sql;
  readonly birth: Sql;
}

/** Similarity from which two words may be one badly written: enough with the same date of birth, not enough without. */
const perhaps = 0.8;

/**
 * How two forms of a person compare, as a number of `grade`. SQL.
 *
 * Alike: the same words in any order, each but for one slip (an edit or two letters swapped, in words of four letters or
 * more), or the same letters with other spaces; not a slip is an ending that tells Michel from Michèle. Partly alike: every
 * word of the shorter name has its like in the longer one, or an initial stands for it. Unsure: words from Jaro–Winkler
 * 0.8 on. Unlike: anything else. Dates of birth, where both are known, decide: the same one makes unsure and partly alike
 * forms alike, one that differs in more than one of day, month and year (and is not day and month swapped) makes any two
 * unlike.
 */
export function compareFormsSql(a: PersonForm, b: PersonForm): Sql {
  const x = sql`word_1`;
  const y = sql`word_2`;
  const slip = wordsAlike(x, y);
  const initial = sql`
    (
      (length(${x}) = 1 and starts_with(${y}, ${x}))
      or (length(${y}) = 1 and starts_with(${x}, ${y}))
      or ${slip}
    )
  `;
  const near = sql`(${x} = ${y} or ${jaroWinkler(x, y)} >= ${perhaps})`;
  /** Words of one list that have their like in the other. */
  const met = (from: Sql, to: Sql, like: Sql): Sql => countItems(from, x, sql`${countItems(to, y, like)} > 0`);
  const every = (from: Sql, to: Sql, like: Sql): Sql => sql`${met(from, to, like)} = len(${from})`;
  const both = (like: Sql): Sql => sql`(${every(a.words, b.words, like)} and ${every(b.words, a.words, like)})`;
  const shorter = (like: Sql): Sql => sql`
    case
      when len(${a.words}) < len(${b.words}) then ${every(a.words, b.words, like)}
      when len(${a.words}) > len(${b.words}) then ${every(b.words, a.words, like)}
      else ${both(like)}
    end
  `;
  const names = sql`
    case
      when ${a.together} = ${b.together} then ${grade.alike}
      when len(${a.words}) = 0 or len(${b.words}) = 0 then ${grade.partly}
      when len(${a.words}) = len(${b.words}) and ${both(slip)} then ${grade.alike}
      when length(${a.together}) >= 8 and ${wordsAlike(a.together, b.together)} then ${grade.alike}
      when ${shorter(initial)} then ${grade.partly}
      when ${shorter(near)} then ${grade.unsure}
      else ${grade.unlike}
    end
  `;
  return sql`
    case
      when ${a.birth} <> ${b.birth} and ${birthsDiffer(a.birth, b.birth)} then ${grade.unlike}
      when ${a.birth} = ${b.birth} then case when ${names} >= ${grade.unsure} then ${grade.alike} else ${grade.unlike} end
      else ${names}
    end
  `;
}

/** The same word but for one slip; `michel` and `michele`, `andre` and `andree` are two names. */
function wordsAlike(x: Sql, y: Sql): Sql {
  const stem = (word: Sql): Sql => sql`left(${word}, length(${word}) - 1)`;
  const ending = (longer: Sql, shorter: Sql): Sql =>
    sql`(length(${shorter}) > 3 and ${stem(longer)} = ${shorter} and right(${longer}, 1) in ('a', 'e'))`;
  const swapped = sql`(${stem(x)} = ${stem(y)} and right(${x}, 1) in ('a', 'e', 'o') and right(${y}, 1) in ('a', 'e', 'o'))`;
  return sql`
    (
      ${x} = ${y}
      or (
        abs(length(${x}) - length(${y})) <= 1
        and greatest(length(${x}), length(${y})) >= 4
        and ${editDistance(x, y)} <= 1
        and not (${ending(x, y)} or ${ending(y, x)} or ${swapped})
      )
    )
  `;
}

/** More than one of day, month and year differs, and day and month are not merely swapped. */
function birthsDiffer(a: Sql, b: Sql): Sql {
  const differs = (part: string): Sql => {
    const of = (date: Sql): Sql => sql`date_part(${part}, ${date})`;
    return sql`case when ${of(a)} = ${of(b)} then 0 else 1 end`;
  };
  const swapped = sql`
    date_part('year', ${a}) = date_part('year', ${b})
    and date_part('month', ${a}) = date_part('day', ${b})
    and date_part('day', ${a}) = date_part('month', ${b})
  `;
  return sql`(${differs("year")} + ${differs("month")} + ${differs("day")} >= 2 and not (${swapped}))`;
}
