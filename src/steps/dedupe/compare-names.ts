import type { Sql } from "../../core/sql.ts";
import { grade } from "../../model/linkage/alike-forms.ts";
import { countItems, editDistance, itemAt, jaroWinkler } from "../../sql/functions.ts";
import { sql } from "../../sql/template.ts";

/** A person as a row writes them, inside a query: the folded words of the name as a list, the same in one, and the date of birth. */
export interface PersonForm {
  readonly words: Sql;
  readonly together: Sql;
  readonly birth: Sql;
}

/** Similarity from which two words may be one badly written: enough with the same date of birth, not enough without. */
const perhaps = 0.8;
/** Similarity of whole names from which they are not told apart if the date of birth is the same. */
const perhapsWhole = 0.9;

/**
 * How two forms of a person compare, as a number of `grade`. SQL.
 *
 * Alike: the same words in any order, each but for one slip (an edit or two letters swapped, in words of four letters or
 * more), or the same letters with other spaces; not a slip is an ending that tells Michel from Michèle. Partly alike: every
 * word of the shorter name has its like in the longer one, the first in the first, or an initial stands for it. Unsure:
 * every word has one that is near it (Jaro–Winkler from 0.8, or one edit). Unlike: anything else. Dates of birth, where
 * both are known, decide: the same one makes unsure and partly alike forms alike, and forms unsure whose first letters or
 * letters as a whole agree; one that differs in more than one of day, month and year (and is not day and month swapped)
 * makes any two unlike.
 */
export function compareFormsSql(a: PersonForm, b: PersonForm): Sql {
  const x = sql`word_1`;
  const y = sql`word_2`;
  const slip = wordsAlike(x, y);
  const initial = sql`
    case
      when length(${x}) = 1 and starts_with(${y}, ${x}) then true
      when length(${y}) = 1 and starts_with(${x}, ${y}) then true
      else ${slip}
    end
  `;
  const near = sql`
    case
      when ${x} = ${y} then true
      when ${jaroWinkler(x, y)} >= ${perhaps} then true
      else greatest(length(${x}), length(${y})) >= 3 and ${editDistance(x, y)} <= 1
    end
  `;
  const sameLetter = sql`left(${x}, 1) = left(${y}, 1)`;
  /** Words of one list that have their like in the other. */
  const met = (from: Sql, to: Sql, like: Sql): Sql => countItems(from, x, sql`${countItems(to, y, like)} > 0`);
  const every = (from: Sql, to: Sql, like: Sql): Sql => sql`${met(from, to, like)} = len(${from})`;
  // A condition inside a case is evaluated for those rows alone that get there; `and` and `or` evaluate both sides for all.
  const both = (like: Sql): Sql =>
    sql`case when ${every(a.words, b.words, like)} then ${every(b.words, a.words, like)} else false end`;
  const shorter = (like: Sql): Sql => sql`
    case
      when len(${a.words}) < len(${b.words}) then ${every(a.words, b.words, like)}
      when len(${a.words}) > len(${b.words}) then ${every(b.words, a.words, like)}
      else ${both(like)}
    end
  `;
  // The first word of the shorter name: Antoine is not Marc-Antoine, a name of one word may be any of the other's.
  const first = (words: Sql): Sql => itemAt(words, sql`1`);
  const firstMeets = sql`
    (
      len(${a.words}) = len(${b.words})
      or least(len(${a.words}), len(${b.words})) = 1
      or ${wordsAlike(first(a.words), first(b.words))}
      or (length(${first(a.words)}) = 1 and starts_with(${first(b.words)}, ${first(a.words)}))
      or (length(${first(b.words)}) = 1 and starts_with(${first(a.words)}, ${first(b.words)}))
    )
  `;
  const names = sql`
    case
      when ${a.together} = ${b.together} then ${grade.alike}
      when len(${a.words}) = 0 or len(${b.words}) = 0 then ${grade.partly}
      when len(${a.words}) = len(${b.words}) and ${both(slip)} then ${grade.alike}
      when length(${a.together}) >= 8 and ${wordsAlike(a.together, b.together)} then ${grade.alike}
      when ${shorter(initial)} and ${firstMeets} then ${grade.partly}
      when ${shorter(near)} then ${grade.unsure}
      else ${grade.unlike}
    end
  `;
  return sql`
    case
      when ${a.birth} <> ${b.birth} and ${birthsDiffer(a.birth, b.birth)} then ${grade.unlike}
      when ${a.birth} = ${b.birth} then
        case
          when ${names} >= ${grade.unsure} then ${grade.alike}
          when ${both(sameLetter)} or ${jaroWinkler(a.together, b.together)} >= ${perhapsWhole} then ${grade.unsure}
          else ${grade.unlike}
        end
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
    case
      when ${x} = ${y} then true
      when abs(length(${x}) - length(${y})) > 1 or greatest(length(${x}), length(${y})) < 4 then false
      when ${editDistance(x, y)} > 1 then false
      else not (${ending(x, y)} or ${ending(y, x)} or ${swapped})
    end
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
