import type { Sql } from "../../core/sql.ts";
import { grade } from "../../model/linkage/alike-forms.ts";
import {
  countItems,
  editDistanceBytes,
  itemAt,
  jaroWinklerBytes,
  listLength,
  turnedTexts,
} from "../../sql/functions.ts";
import { sql } from "../../sql/template.ts";

/**
 * A person as a row writes them, inside a query: the folded words of the name as a list, the same in one, and the date of
 * birth. Of a name beyond ASCII, its letters as bytes (`inBytes`).
 */
export interface PersonForm {
  readonly words: Sql;
  readonly together: Sql;
  readonly birth: Sql;
}

/** Similarity from which two words may be one badly written: enough with the same date of birth, not enough without. */
const perhaps = 0.8;

/**
 * How two names compare, as a number of `grade`. SQL.
 *
 * Alike: the same words in any order, each but for one slip (an edit or two letters swapped, in words of four letters or
 * more; the second letter of a `da` or `le`, the last of a short one doubled), or the same letters with other spaces, either
 * name first (`sameSpelling`); not a slip is an ending that tells Michel from Michèle. Partly alike: every word of the
 * shorter name has its like in the longer one, the first in the first, or an initial stands for it. Unsure: every word has
 * one that is near it (Jaro–Winkler from 0.8, or one edit), or one edit makes the one the other, two where first letters
 * agree, either name first. Unlike: anything else.
 *
 * Dates of birth, where both are known, decide (`compareFormsSql`): the same one makes unsure and partly alike names alike,
 * and names unsure that have a word in common or the same first letters; one that differs in more than one of day, month and
 * year (and is not day and month swapped) makes any two unlike.
 */
export function compareNamesSql(a: PersonForm, b: PersonForm): Sql {
  const x = sql`word_1`;
  const y = sql`word_2`;
  const slip = wordsAlike(x, y);
  const initial = sql`
    case
      when length(${x}) = 1 and left(${y}, 1) = ${x} then true
      when length(${y}) = 1 and left(${x}, 1) = ${y} then true
      else ${slip}
    end
  `;
  const near = sql`
    case
      when ${x} = ${y} then true
      when ${jaroWinklerBytes(x, y)} >= ${perhaps} then true
      else greatest(length(${x}), length(${y})) >= 3 and ${editDistanceBytes(x, y)} <= 1
    end
  `;
  const every = (from: Sql, to: Sql, like: Sql): Sql => sql`${metWords(from, to, like)} = ${listLength(from)}`;
  // A condition inside a case is evaluated for those rows alone that get there; `and` and `or` evaluate both sides for all.
  const both = (like: Sql): Sql =>
    sql`case when ${every(a.words, b.words, like)} then ${every(b.words, a.words, like)} else false end`;
  const shorter = (like: Sql): Sql => sql`
    case
      when ${listLength(a.words)} <= ${listLength(b.words)} and ${metWords(a.words, b.words, like)} < ${listLength(a.words)} then false
      when ${listLength(a.words)} >= ${listLength(b.words)} and ${metWords(b.words, a.words, like)} < ${listLength(b.words)} then false
      else true
    end
  `;
  // The first word of the shorter name: Antoine is not Marc-Antoine, a name of one word may be any of the other's.
  const first = (words: Sql): Sql => itemAt(words, sql`1`);
  const firstMeets = sql`
    (
      ${listLength(a.words)} = ${listLength(b.words)}
      or least(${listLength(a.words)}, ${listLength(b.words)}) = 1
      or ${wordsAlike(first(a.words), first(b.words))}
      or (length(${first(a.words)}) = 1 and left(${first(b.words)}, 1) = ${first(a.words)})
      or (length(${first(b.words)}) = 1 and left(${first(a.words)}, 1) = ${first(b.words)})
    )
  `;
  return sql`
    case
      when ${a.together} = ${b.together} then ${grade.alike}
      when ${listLength(a.words)} = 0 or ${listLength(b.words)} = 0 then ${grade.partly}
      when ${listLength(a.words)} = ${listLength(b.words)} and ${both(slip)} then ${grade.alike}
      when ${sameSpelling(a, b)} then ${grade.alike}
      when ${shorter(initial)} and ${firstMeets} then ${grade.partly}
      when ${shorter(near)} then ${grade.unsure}
      when ${spelledWithin(a, b, sql`case when ${sameLetters(a, b)} then 2 else 1 end`)} then ${grade.unsure}
      else ${grade.unlike}
    end
  `;
}

/** What dates of birth make of the grade of two names, `names`. SQL. */
export function compareFormsSql(names: Sql, a: PersonForm, b: PersonForm): Sql {
  const same = metWords(a.words, b.words, sql`word_1 = word_2 and length(word_1) > 2`);
  return sql`
    case
      when ${a.birth} <> ${b.birth} and ${birthsDiffer(a.birth, b.birth)} then ${grade.unlike}
      when ${a.birth} = ${b.birth} then
        case
          when ${names} >= ${grade.unsure} then ${grade.alike}
          when ${same} > 0 then ${grade.unsure}
          when ${sameLetters(a, b)} then ${grade.unsure}
          else ${grade.unlike}
        end
      else ${names}
    end
  `;
}

/** How many words of one list have their like in the other, by a condition on `word_1` and `word_2`. */
function metWords(from: Sql, to: Sql, like: Sql): Sql {
  return countItems(from, sql`word_1`, sql`${countItems(to, sql`word_2`, like)} > 0`);
}

/**
 * Whether so many edits at most make one name the other, spaces left out and either name first: `dubellaypascal` and
 * `pascaldubellay` need none. SQL; dear, so the conditions before it should leave few rows.
 */
function spelledWithin(a: PersonForm, b: PersonForm, edits: Sql): Sql {
  const met = (turned: PersonForm, other: PersonForm): Sql => {
    const near = sql`${editDistanceBytes(sql`text_1`, other.together)} <= ${edits}`;
    return sql`${countItems(turnedTexts(turned.words, sql`word_1`), sql`text_1`, near)} > 0`;
  };
  return sql`
    case
      when abs(length(${a.together}) - length(${b.together})) > ${edits} then false
      when ${met(a, b)} then true
      else ${met(b, a)}
    end
  `;
}

/**
 * The same letters with other spaces, either name first (`duB ellay Pascal`, `Pascal du Bellay`), with one slip at most; where
 * no space moved, beside two words of four letters or more that agree (`Jean-uc Robin`, `Björn Mzc Giolla`). Letters in
 * another order are other names (Marion, Romain), and no slip is what tells Tom from Tim or, first or last, Michel from
 * Michèle, nor an initial.
 */
function sameSpelling(a: PersonForm, b: PersonForm): Sql {
  const long = metWords(a.words, b.words, sql`word_1 = word_2 and length(word_1) >= 4`);
  const initials = (words: Sql): Sql => countItems(words, sql`word_1`, sql`length(word_1) = 1`);
  const short = sql`
    (length(word_1) = 3 and length(word_2) = 3 and word_1 <> word_2 and ${editDistanceBytes(sql`word_1`, sql`word_2`)} = 1)
  `;
  const atEnd = (word: Sql, { words }: PersonForm): Sql =>
    sql`${word} = ${itemAt(words, sql`1`)} or ${word} = ${itemAt(words, listLength(words))}`;
  const apart = sql`
    (${endingChanged(sql`word_1`, sql`word_2`)}
    or ${endingGrown(sql`word_1`, sql`word_2`)} and (${atEnd(sql`word_1`, a)} or ${atEnd(sql`word_2`, b)}))
  `;
  return sql`
    case
      when ${spelledWithin(a, b, sql`0`)} then true
      when ${listLength(a.words)} = ${listLength(b.words)} and ${long} < 2 then false
      when not ${spelledWithin(a, b, sql`1`)} then false
      when ${initials(a.words)} + ${initials(b.words)} > 0 then false
      when ${metWords(a.words, b.words, apart)} > 0 then false
      else ${listLength(a.words)} = ${listLength(b.words)} or ${metWords(a.words, b.words, short)} = 0
    end
  `;
}

/** Whether every word has one of the same first letter in the other name: no slip of the finger changes the first. */
function sameLetters(a: PersonForm, b: PersonForm): Sql {
  const met = (from: Sql, to: Sql): Sql => metWords(from, to, sql`left(word_1, 1) = left(word_2, 1)`);
  return sql`(${met(a.words, b.words)} = ${listLength(a.words)} and ${met(b.words, a.words)} = ${listLength(b.words)})`;
}

/** The same word but for one slip; `michel` and `michele`, `andre` and `andree` are two names. */
function wordsAlike(x: Sql, y: Sql): Sql {
  const doubled = (longer: Sql, shorter: Sql): Sql => sql`${longer} = ${shorter} || right(${shorter}, 1)`;
  const particle = sql`
    (length(${x}) = 2 and length(${y}) = 2 and left(${x}, 1) = left(${y}, 1) or ${doubled(x, y)} or ${doubled(y, x)})
  `;
  return sql`
    case
      when ${x} = ${y} then true
      when abs(length(${x}) - length(${y})) > 2 then false
      when greatest(length(${x}), length(${y})) < 4 then ${particle}
      when left(${x}, 1) <> left(${y}, 1) and right(${x}, 1) <> right(${y}, 1) then false
      when ${endingGrown(x, y)} or ${endingChanged(x, y)} then false
      when ${editDistanceBytes(x, y)} <= 1 then true
      when ${ligatures(x)} = ${x} and ${ligatures(y)} = ${y} then false
      else ${editDistanceBytes(ligatures(x), ligatures(y))} <= 1
    end
  `;
}

/** Whether one word is the other and an ending of women's names: Michel, Michèle. */
function endingGrown(x: Sql, y: Sql): Sql {
  const grown = (longer: Sql, shorter: Sql): Sql =>
    sql`(length(${shorter}) > 3 and ${stem(longer)} = ${shorter} and right(${longer}, 1) in ('a', 'e'))`;
  return sql`(${grown(x, y)} or ${grown(y, x)})`;
}

/** Whether two words differ in a last letter that tells women's names from men's: Léa, Léo. */
function endingChanged(x: Sql, y: Sql): Sql {
  const last = (word: Sql): Sql => sql`right(${word}, 1)`;
  return sql`
    (
      length(${x}) > 2 and ${stem(x)} = ${stem(y)} and ${x} <> ${y}
      and ${last(x)} in ('a', 'e', 'o') and ${last(y)} in ('a', 'e', 'o')
    )
  `;
}

function stem(word: Sql): Sql {
  return sql`left(${word}, length(${word}) - 1)`;
}

/** One slip in a ligature is two in the letters that it is folded to. */
function ligatures(word: Sql): Sql {
  return sql`replace(replace(${word}, 'oe', '0'), 'ae', '1')`;
}

/** Whether more than one of day, month and year differs, and day and month are not merely swapped. SQL; null where one is null. */
export function birthsDiffer(a: Sql, b: Sql): Sql {
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
