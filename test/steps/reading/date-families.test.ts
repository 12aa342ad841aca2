import { expect, test } from "vitest";
import {
  countFamilies,
  type DateFamily,
  familyOfFormat,
  formatOf,
  ownOrder,
} from "../../../src/steps/reading/date-families.ts";

test("a format stands for the family that it was made of", () => {
  const digits = (["-", "/", ".", ""] as const).flatMap((separator) =>
    [true, false].flatMap((yearFirst) =>
      (["none", "24 h", "12 h", "spoken"] as const).flatMap((time) =>
        (yearFirst ? ([4] as const) : ([2, 4] as const)).flatMap((yearDigits) =>
          [true, false]
            .filter((zone) => !zone || (yearFirst && time === "24 h"))
            .map((zone) => ({ kind: "digits", separator, yearFirst, yearDigits, time, zone }) as const),
        ),
      ),
    ),
  );
  const named = (["dmy", "mdy", "ymd"] as const).flatMap((order) =>
    ([2, 4] as const).flatMap((yearDigits) =>
      (["none", "24 h", "12 h"] as const).map((time) => ({ kind: "named", order, yearDigits, time }) as const),
    ),
  );
  const counts = (["excel", "excel1904", "epoch", "epoch-ms"] as const).flatMap((count) => countFamilies(count, true));
  const families: readonly DateFamily[] = [...digits, ...named, ...counts];
  expect(families.length).toBeGreaterThan(60);
  for (const family of families) {
    for (const order of ownOrder(family) === null ? (["dmy", "mdy"] as const) : [ownOrder(family)!])
      expect(familyOfFormat(formatOf(family, order), true), formatOf(family, order)).toEqual(family);
  }
});
