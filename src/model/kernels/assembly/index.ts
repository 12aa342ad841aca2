export * from "./column-sums";
