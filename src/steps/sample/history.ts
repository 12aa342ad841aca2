import { Draws } from "./draws.ts";
import type { Population, SampleOptions } from "./population.ts";
import { exponential, logistic, normalQuantile } from "./portable-math.ts";
import { type Behaviour, inTransition, segments, type Spread } from "./segments.ts";

/** What a record has done. Days are counted from 1970-01-01; e-mails, visits are those of the last 365 days. */
export interface History {
  readonly signup: number;
  /** Day of the last order, signup ≤ lastOrder ≤ day of the file; -1 when there is none. */
  readonly lastOrder: number;
  readonly orders: number;
  /** Cents, before returns; at least 1.00 an order. */
  readonly revenue: number;
  readonly sent: number;
  /** clicked ≤ opened ≤ sent. */
  readonly opened: number;
  readonly clicked: number;
  readonly visits: number;
  /** Orders sent back; at most all of them. */
  readonly returns: number;
}

/** revenue / orders to the cent, half up; NaN without orders. */
export function averageBasket(history: History): number {
  return history.orders === 0 ? NaN : Math.round(history.revenue / history.orders);
}

/** Makes histories; the same record gives the same history each time. `birth` in days since 1970-01-01. */
export function historyMaker(
  options: SampleOptions,
  base: Population,
): (record: number, owner: number, birth: number) => History {
  const draws = new Draws(options.seed, "history");
  const today = options.asOf;

  return (record, owner, birth) => {
    draws.at(record);
    const segment = base.segmentOf(owner);
    const own = segments[segment] as Behaviour;
    const moves = draws.chance(inTransition);
    const other = segments[(segment + 1 + draws.below(segments.length - 1)) % segments.length] as Behaviour;
    const share = moves ? draws.unit() : 0;
    // Between its segment and the one it moves to, a record has all means and spreads in proportion.
    const between = (a: Spread, b: Spread): number =>
      a[0] + (b[0] - a[0]) * share + (a[1] + (b[1] - a[1]) * share) * normalQuantile(draws.integer());
    const buys = share < 0.6 ? own.buys : other.buys;

    const adult = today - birth - 18 * 365.25;
    const age = Math.floor(Math.min(adult, exponential(between(own.age, other.age))));
    const recency = Math.floor(Math.min(age, exponential(between(own.recency, other.recency))));
    const bought = Math.max(1, Math.round(exponential(between(own.orders, other.orders))));
    const basket = exponential(between(own.basket, other.basket));
    const returnRate = logistic(between(own.returnRate, other.returnRate));
    const returned = Math.min(bought, Math.floor(bought * returnRate + draws.unit()));
    const sent = Math.round(exponential(between(own.sent, other.sent)));
    const opened = Math.round(sent * logistic(between(own.openRate, other.openRate)));
    const clicked = Math.round(opened * logistic(between(own.clickRate, other.clickRate)));
    const visits = Math.round(exponential(between(own.visits, other.visits)));
    return {
      signup: today - age,
      lastOrder: buys ? today - recency : -1,
      orders: buys ? bought : 0,
      revenue: buys ? Math.round(bought * Math.max(100, basket * 100)) : 0,
      sent,
      opened,
      clicked,
      visits,
      returns: buys ? returned : 0,
    };
  };
}
