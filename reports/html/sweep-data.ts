/** What the page shows of a sweep. */

import { sweepMetrics, type SweepMetric, type SweepReport } from '../../src/contract/index.ts';
import { crossoverSentences, wordings } from '../sweep-wording.ts';

export interface SweepData {
  /** `part.knob`. */
  readonly dial: string;
  readonly values: readonly number[];
  /** Only metrics that differ somewhere. */
  readonly metrics: readonly SweepMetricData[];
}

export interface SweepMetricData {
  readonly metric: SweepMetric;
  readonly title: string;
  readonly series: readonly Series[];
  readonly crossovers: readonly CrossoverData[];
}

export interface Series {
  readonly strategy: string;
  readonly faults: string;
  /** One per value of the dial; null where there was nothing to measure. */
  readonly points: readonly (SeriesPoint | null)[];
}

/** The interval is null where a single trial says nothing about it. */
export interface SeriesPoint {
  readonly mean: number;
  readonly interval: readonly [low: number, high: number] | null;
  readonly text: string;
}

export interface CrossoverData {
  readonly faults: string;
  readonly sentences: readonly string[];
}

export function sweepData(report: SweepReport): SweepData {
  const { dial, points } = report;
  return {
    dial: `${dial.part}.${dial.knob}`,
    values: points.map(({ value }) => value),
    metrics: sweepMetrics.map((metric) => metricData(report, metric)).filter(differs),
  };
}

function differs({ series }: SweepMetricData): boolean {
  return new Set(series.flatMap(({ points }) => points.map((point) => point?.text))).size > 1;
}

function metricData(report: SweepReport, metric: SweepMetric): SweepMetricData {
  const { title } = wordings[metric];
  const { strategies, faults } = report.run.suite;
  const own = report.crossovers.filter((each) => each.metric === metric);
  return {
    metric,
    title,
    series: strategies.flatMap(({ label }) => faults.map(({ name }) => seriesOf(report, metric, label, name))),
    crossovers: faults.map(({ name }) => ({
      faults: name,
      sentences: crossoverSentences(
        title,
        own.filter((each) => each.faults === name),
      ),
    })),
  };
}

function seriesOf({ points }: SweepReport, metric: SweepMetric, strategy: string, faults: string): Series {
  return {
    strategy,
    faults,
    points: points.map(({ cells }) => {
      const cell = cells.find((each) => each.strategy === strategy && each.faults === faults);
      const estimate = cell?.metrics[metric] ?? null;
      if (estimate === null) return null;
      const { mean, low, high } = estimate;
      const interval = Number.isFinite(low) && Number.isFinite(high) ? ([low, high] as const) : null;
      return { mean, interval, text: wordings[metric].number(mean) };
    }),
  };
}
