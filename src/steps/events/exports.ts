/** The exports of web and product analytics that are read by name. */
export const exportNames = ["ga4", "matomo", "mixpanel"] as const;

export type ExportName = (typeof exportNames)[number];

/** Whether a word names an export. */
export function isExportName<Other extends string>(word: Other | ExportName | undefined): word is ExportName {
  return exportNames.some((name) => name === word);
}

/** A word that names a format of files; undefined for the name of an export. */
export function fileFormat<Format extends string>(word: Format | undefined): Exclude<Format, ExportName> | undefined {
  return word === undefined || isExportName(word) ? undefined : (word as Exclude<Format, ExportName>);
}

/** The columns that the events of every export have, in this order. */
export const eventColumns = [
  "event",
  "time",
  "customer_id",
  "device_id",
  "session_id",
  "url",
  "source",
  "medium",
  "campaign",
  "country",
  "device",
  "transaction_id",
  "revenue",
  "currency",
] as const;

export type EventColumn = (typeof eventColumns)[number];

/** A column of the export by its path, and the events in which its value says what is asked; all of them without `only` and `but`. */
export interface Part {
  readonly path: string;
  /** Only where the column `where` holds one of these words. */
  readonly only?: { readonly where: string; readonly is: readonly string[] };
  /** But not where the column `where` holds one of these words, or its own value begins so, or is that of another column. */
  readonly but?: {
    readonly where?: string;
    readonly is?: readonly string[];
    readonly begins?: string;
    readonly same?: readonly string[];
  };
}

/** Where a column of events comes from: columns of the export, the first that holds a value in a row. */
export interface Origin {
  readonly from: readonly (string | Part)[];
  /** `first`: the first of them that the file has, alone; `joined`: all of them with a point between. */
  readonly how?: "first" | "joined";
  /** The first of these columns that the file has: they hold for a whole row, and are taken only where that is one event, as a sum would count them many times. */
  readonly ofRow?: readonly string[];
  /** A file without any of them is no such export. */
  readonly needed?: true;
}

/** How an export is laid out. */
export interface ExportLayout {
  readonly title: string;
  readonly columns: Readonly<Partial<Record<EventColumn, Origin>>>;
  /** Columns that may hold a record as JSON text, whose fields become columns by their paths. */
  readonly records: readonly string[];
  /** A column of a JSON list of names and values, each of which becomes a column. */
  readonly params?: string;
  /** A column of a JSON list of events. */
  readonly list?: string;
  /** By what an event which was sent twice is known. */
  readonly identity?: Identity;
}

/** What an event that was sent twice has in common with itself. */
export interface Identity {
  /** Columns, each by paths of which the first that holds a value in a row counts. */
  readonly columns: readonly (readonly string[])[];
  /** Words that stand for no value of these columns. */
  readonly nothing?: readonly string[];
  /** Only of events whose column `where` holds one of these words. */
  readonly only?: { readonly where: string; readonly is: readonly string[] };
}

/** The events of GA4 that are purchases, the second by its older name. */
const purchases = ["purchase", "ecommerce_purchase"];

/** What a Mixpanel event's `distinct_id` is when no user is known: that of the device, with `$device:` before it or as it is. */
const ofDevice = { begins: "$device:", same: ["properties.$device_id", "$device_id"] };

/**
 * Column names as the vendors document them: the BigQuery export schema of Google Analytics 4, the Live API of Matomo
 * (`Live.getLastVisitsDetails`), the raw event export of Mixpanel. `traffic_source` of GA4 is how a user first came, not of
 * the event, and stays apart. A parameter `value` of GA4 is money of many events (a cart, a lead), revenue of a purchase alone;
 * Matomo puts the worth of goals and abandoned carts where the revenue of orders is, and the name of a campaign where that
 * of a referrer is. Mixpanel counts events once that have event, time, distinct_id and $insert_id in common. The reports of GA4 count a
 * purchase once that a user has twice by one transaction id ("Minimize duplicate key events with transaction IDs"), which its
 * export has twice; `(not set)` is no id.
 */
export const exportLayouts: Readonly<Record<ExportName, ExportLayout>> = {
  ga4: {
    title: "Google Analytics 4 (BigQuery export)",
    columns: {
      event: { from: ["event_name"], needed: true },
      time: { from: ["event_timestamp"], needed: true },
      customer_id: { from: ["user_id"] },
      device_id: { from: ["user_pseudo_id"], needed: true },
      session_id: { from: ["user_pseudo_id", "event_params.ga_session_id"], how: "joined" },
      url: { from: ["event_params.page_location"] },
      source: { from: ["event_params.source", "collected_traffic_source.manual_source"] },
      medium: { from: ["event_params.medium", "collected_traffic_source.manual_medium"] },
      campaign: { from: ["event_params.campaign", "collected_traffic_source.manual_campaign_name"] },
      country: { from: ["geo.country"] },
      device: { from: ["device.category"] },
      transaction_id: { from: ["ecommerce.transaction_id", "event_params.transaction_id"] },
      revenue: {
        from: [
          "ecommerce.purchase_revenue",
          { path: "event_params.value", only: { where: "event_name", is: purchases } },
        ],
      },
      currency: { from: ["event_params.currency"] },
    },
    records: [
      "geo",
      "device",
      "traffic_source",
      "collected_traffic_source",
      "ecommerce",
      "app_info",
      "privacy_info",
      "user_ltv",
      "event_dimensions",
    ],
    params: "event_params",
    identity: {
      columns: [["event_name"], ["user_pseudo_id"], ["ecommerce.transaction_id", "event_params.transaction_id"]],
      nothing: ["(not set)"],
      only: { where: "event_name", is: purchases },
    },
  },
  matomo: {
    title: "Matomo (visits)",
    columns: {
      event: { from: ["actionDetails.type"] },
      time: { from: ["actionDetails.timestamp", "serverTimestamp"], needed: true },
      customer_id: { from: ["userId"] },
      device_id: { from: ["visitorId"], needed: true },
      session_id: { from: ["idVisit"], needed: true },
      url: { from: ["actionDetails.url", "entryPageUrl", "url"] },
      source: {
        from: ["campaignSource", { path: "referrerName", but: { where: "referrerType", is: ["campaign"] } }],
      },
      medium: { from: ["campaignMedium", "referrerType"] },
      campaign: {
        from: ["campaignName", { path: "referrerName", only: { where: "referrerType", is: ["campaign"] } }],
      },
      country: { from: ["countryCode", "country"], how: "first" },
      device: { from: ["deviceType"] },
      transaction_id: { from: ["actionDetails.orderId"] },
      revenue: {
        from: [{ path: "actionDetails.revenue", only: { where: "actionDetails.type", is: ["ecommerceOrder"] } }],
        ofRow: ["totalEcommerceRevenue", "revenue"],
      },
      currency: { from: ["siteCurrency", "currency"], how: "first" },
    },
    records: [],
    list: "actionDetails",
  },
  mixpanel: {
    title: "Mixpanel (raw events)",
    columns: {
      event: { from: ["event"], needed: true },
      time: { from: ["properties.time", "time"], needed: true },
      customer_id: {
        from: [
          "properties.$user_id",
          "$user_id",
          { path: "properties.distinct_id", but: ofDevice },
          { path: "distinct_id", but: ofDevice },
        ],
        needed: true,
      },
      device_id: { from: ["properties.$device_id", "$device_id"] },
      session_id: { from: ["properties.$session_id", "$session_id"] },
      url: { from: ["properties.$current_url", "$current_url"] },
      source: { from: ["properties.utm_source", "utm_source"] },
      medium: { from: ["properties.utm_medium", "utm_medium"] },
      campaign: { from: ["properties.utm_campaign", "utm_campaign"] },
      country: { from: ["properties.mp_country_code", "mp_country_code"] },
      device: { from: ["properties.$device", "$device"] },
      transaction_id: { from: ["properties.transaction_id", "properties.order_id", "transaction_id"] },
      revenue: { from: ["properties.revenue", "properties.$amount", "revenue"] },
      currency: { from: ["properties.currency", "currency"] },
    },
    records: ["properties"],
    identity: {
      columns: [
        ["event"],
        ["properties.time", "time"],
        ["properties.distinct_id", "distinct_id"],
        ["properties.$insert_id", "$insert_id"],
      ],
    },
  },
};
