import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { readWorkbook } from "./read-workbook.ts";
import type { WorkbookAnswer, WorkbookQuestion } from "./workbook.ts";

/** The thread that parses a workbook: a parse cannot be interrupted, a thread can, and its memory has a limit. */
const { path, sheet } = workerData as WorkbookQuestion;
let answer: WorkbookAnswer;
try {
  answer = readWorkbook(readFileSync(path), sheet);
} catch (error) {
  answer = { kind: "broken", why: error instanceof Error ? error.message : String(error) };
}
parentPort!.postMessage(answer, []);
