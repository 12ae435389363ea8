/** What a trial spends on models, and on what. */

import {
  addUse,
  noUse,
  type Attempt,
  type History,
  type ModelUse,
  type Prices,
  type Spending,
  type TrialResult,
} from '../contract/index.ts';

export type Spendings = Pick<TrialResult, 'thinking' | 'wasted' | 'judging' | 'repairing' | 'tokens' | 'usd'>;

/** What calls cost; null: it is not known. */
export interface Pricing {
  readonly agents: Prices | null;
  /** Who judges conflicts may be another model. */
  readonly judge: Prices | null;
}

/** Null: the trial never ran. */
export function spendingOf(history: Spent | null, prices: Pricing): Spendings {
  const { attempts, notices, modelCalls } = history ?? nothingSpent;
  const thinking = total(attempts.map(({ uses }) => uses));
  const judging = total(notices.map((notice) => notice.judging));
  const repairing = total(notices.map((notice) => notice.repairing));
  const agents = priced(total([thinking, judging, repairing]), prices.agents);
  const judge = priced(total(modelCalls.map((call) => ({ calls: 1, ...call }))), prices.judge);
  return {
    thinking: priced(thinking, prices.agents),
    wasted: priced(total(attempts.filter((attempt) => !succeeded(attempt)).map(({ uses }) => uses)), prices.agents),
    judging: priced(judging, prices.agents),
    repairing: priced(repairing, prices.agents),
    tokens: agents.tokens + judge.tokens,
    usd: agents.usd === null || judge.usd === null ? null : agents.usd + judge.usd,
  };
}

type Spent = Pick<History, 'attempts' | 'notices' | 'modelCalls'>;
const nothingSpent: Spent = { attempts: [], notices: [], modelCalls: [] };

/** It came to something. */
export function succeeded({ outcome }: Attempt): boolean {
  return outcome !== null && (outcome.kind === 'committed' || outcome.kind === 'escalated');
}

function total(uses: readonly ModelUse[]): ModelUse {
  return uses.reduce(addUse, noUse);
}

function priced({ calls, promptTokens, outputTokens }: ModelUse, prices: Prices | null): Spending {
  const tokens = promptTokens + outputTokens;
  if (prices === null) return { calls, tokens, usd: calls === 0 ? 0 : null };
  const { usdPerMillionIn, usdPerMillionOut } = prices;
  return { calls, tokens, usd: (promptTokens * usdPerMillionIn + outputTokens * usdPerMillionOut) / 1_000_000 };
}
