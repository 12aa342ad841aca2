/** Mean and standard deviation of a normal variable. */
export type Spread = readonly [mean: number, deviation: number];

/** How the records of a latent segment behave. Counts, money and days on the log scale, rates on the logit scale. */
export interface Behaviour {
  readonly name: string;
  /** What it says in the report. */
  readonly about: string;
  /** Share of the persons, in hundredths. */
  readonly weight: number;
  readonly buys: boolean;
  readonly orders: Spread;
  /** Money per order. */
  readonly basket: Spread;
  readonly sent: Spread;
  readonly openRate: Spread;
  readonly clickRate: Spread;
  readonly visits: Spread;
  readonly returnRate: Spread;
  /** Days since sign-up. */
  readonly age: Spread;
  /** Days since the last order. */
  readonly recency: Spread;
}

/** Share of the records that behave in part like another segment. */
export const inTransition = 0.2;

/**
 * The latent segments. Means and deviations were searched for by simulation so that, in the space in which `cluster`
 * works by default, the nearest true centre agrees with the truth to an adjusted Rand index of about .77, and the mean
 * silhouette of k-means is best at six.
 */
export const segments: readonly Behaviour[] = [
  {
    name: "loyal",
    about: "order often, spend most, read their e-mail",
    weight: 18,
    buys: true,
    orders: [2.53, 0.36],
    basket: [4.33, 0.41],
    sent: [4.23, 0.22],
    openRate: [0.53, 0.44],
    clickRate: [-0.06, 0.49],
    visits: [3.05, 0.47],
    returnRate: [-2.87, 0.49],
    age: [7.3, 0.4],
    recency: [2.9, 0.8],
  },
  {
    name: "bargain",
    about: "visit and click a lot, small baskets, send much back",
    weight: 17,
    buys: true,
    orders: [1.8, 0.2],
    basket: [3.4, 0.41],
    sent: [3.85, 0.22],
    openRate: [0.06, 0.55],
    clickRate: [0.01, 0.57],
    visits: [3.5, 0.36],
    returnRate: [-0.1, 0.36],
    age: [6.9, 0.5],
    recency: [3.4, 0.8],
  },
  {
    name: "new",
    about: "signed up lately, first orders",
    weight: 17,
    buys: true,
    orders: [0.39, 0.42],
    basket: [3.9, 0.42],
    sent: [2.2, 0.24],
    openRate: [0.62, 0.36],
    clickRate: [-0.06, 0.62],
    visits: [2.21, 0.54],
    returnRate: [-2.63, 0.46],
    age: [4.2, 0.5],
    recency: [3.2, 0.8],
  },
  {
    name: "lapsed",
    about: "bought once upon a time, no longer open or visit",
    weight: 17,
    buys: true,
    orders: [1.35, 0.43],
    basket: [3.62, 0.4],
    sent: [4.07, 0.21],
    openRate: [-2.09, 0.43],
    clickRate: [-1.65, 0.46],
    visits: [-0.06, 0.34],
    returnRate: [-2.42, 0.66],
    age: [7.6, 0.3],
    recency: [6.5, 0.4],
  },
  {
    name: "browser",
    about: "read and look around, never bought",
    weight: 14,
    buys: false,
    orders: [-0.03, 0.23],
    basket: [3.79, 0.65],
    sent: [3.64, 0.3],
    openRate: [-0.03, 0.46],
    clickRate: [0.32, 0.48],
    visits: [3.01, 0.4],
    returnRate: [-2.16, 0.6],
    age: [5.7, 0.7],
    recency: [4.2, 0.8],
  },
  {
    name: "occasional",
    about: "few orders, large baskets",
    weight: 17,
    buys: true,
    orders: [0.94, 0.22],
    basket: [5.32, 0.22],
    sent: [3.55, 0.2],
    openRate: [-0.56, 0.61],
    clickRate: [-0.82, 0.66],
    visits: [2.0, 0.48],
    returnRate: [-1.78, 0.48],
    age: [6.8, 0.6],
    recency: [5, 0.6],
  },
];
