import type { Json } from "../../core/report.ts";
import type { Embedding } from "../../model/embed/embedding.ts";
import { finite, list, oneOf, record, whole } from "../model-file.ts";

/** An embedding as plain data of a model file. */
export function embeddingJson({ kind, model }: Embedding): { readonly [member: string]: Json } {
  if (kind === "pca") {
    const { means, components, size, variances, ratios } = model;
    const plain = { means, components, variances, ratios };
    return { kind, size, ...arrays(plain) };
  }
  const { sizes, parameters, means, scale } = model;
  return { kind, sizes: [...sizes], scale, ...arrays({ parameters, means }) };
}

function arrays(of: Readonly<Record<string, Float64Array>>): { readonly [member: string]: Json } {
  return Object.fromEntries(Object.entries(of).map(([name, values]) => [name, Array.from(values)]));
}

/** Reads an embedding of so many features, every member checked; `wrong` throws. */
export function readEmbedding(item: Json, features: number, wrong: (member: string) => never): Embedding {
  const embedding = record(item) ?? wrong("");
  const kind = oneOf(embedding.kind, ["pca", "autoencoder"] as const) ?? wrong(".kind");
  const numbers = (member: string, length: number): Float64Array => {
    const items = list(embedding[member]) ?? wrong(`.${member}`);
    if (items.length !== length) wrong(`.${member}`);
    return Float64Array.from(items, (entry, at) => finite(entry) ?? wrong(`.${member}[${at}]`));
  };
  if (kind === "pca") {
    const size = whole(embedding.size, 1, features) ?? wrong(".size");
    const model = {
      size,
      means: numbers("means", features),
      components: numbers("components", size * features),
      variances: numbers("variances", size),
      ratios: numbers("ratios", size),
    };
    return { kind, model };
  }
  const sizes = (list(embedding.sizes) ?? wrong(".sizes")).map((size) => whole(size, 1, 100_000) ?? wrong(".sizes"));
  if (sizes.length !== 5 || sizes[0] !== features || sizes[4] !== features) wrong(".sizes");
  const weights = sizes.slice(1).reduce((count, size, layer) => count + size * (sizes[layer]! + 1), 0);
  const scale = finite(embedding.scale) ?? wrong(".scale");
  const model = {
    sizes,
    parameters: numbers("parameters", weights),
    means: numbers("means", features),
    scale: scale > 0 ? scale : wrong(".scale"),
  };
  return { kind, model };
}
