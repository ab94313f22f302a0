import { milliseconds, perSecond } from '../../report/milliseconds.ts';
import type { JourneyStage } from '../record.ts';
import { DEATH_COLUMNS, deathsOf } from './deaths.ts';
import { factsOf } from './facts.ts';
import { markdownTable, plain } from './markdown-table.ts';
import { originOf } from './origin.ts';
import type { Report } from './report.ts';
import type { Section, Served } from './section.ts';
import { verdictText } from './verdict.ts';
import { failurePointsText, fullestText, gainText, intervalText, moneyText } from './wording.ts';

/** The report in words and tables, for where no HTML is shown: a job's summary, a code host. */
export function renderMarkdown(report: Report): string {
  const sections = report.sections.flatMap((section, index) => {
    const stage = report.stages[index];
    return stage === undefined ? [] : [stageText(stage, section)];
  });
  const facts = factsOf(report).map(([name, value]) => `${name}: ${plain(value)}`);
  return `${['# From 0 to millions, measured', `**${verdictText(report)}.**`, facts.join(' · '), overview(report), ...sections].join('\n\n')}\n`;
}

function overview({ sections }: Report): string {
  const rows = sections.map((section) => [
    `${section.stage} ${plain(section.title)}`,
    plain(section.users),
    section.gain === null ? '–' : `${gainText(section.gain)} (${intervalText(section.gain)})`,
    plain(fullestText(section.bottleneck.before)),
    plain(fullestText(section.bottleneck.now)),
    plain(failurePointsText(section)),
    section.cost === null ? '–' : moneyText(section.cost.perMonth, section.cost),
    section.valid ? 'valid' : '**VOID**',
  ]);
  const names = [
    'Stage',
    'Users',
    'Gain',
    'Full before',
    'Full now',
    'Single points of failure',
    'A month',
    '',
  ];
  return markdownTable(names, rows);
}

function stageText(stage: JourneyStage, section: Section): string {
  const { valid, why, cure } = section;
  const deaths = deathsOf(stage.drill).map((death) => [
    death.singlePoint ? `**${plain(death.box)}**` : plain(death.box),
    death.meaning,
    death.failed,
    death.lasted,
    death.rightAgain,
    death.slowest,
  ]);
  const drillWhy = [...stage.drill.why, ...stage.drill.faults].map((reason) => `- drill: ${plain(reason)}`);
  return [
    `## ${section.stage} ${plain(section.title)}`,
    ...(valid
      ? []
      : [
          `**VOID: the figures of this stage do not count**`,
          why.map((each) => `- ${plain(each)}`).join('\n'),
        ]),
    ...(cure === null ? [] : [`Cure: ${plain(cure)}. Load: \`${section.scenario}\`.`]),
    figures(section),
    markdownTable(DEATH_COLUMNS, deaths),
    ...(drillWhy.length === 0 ? [] : [drillWhy.join('\n')]),
    originOf(stage)
      .map(([name, value]) => `${name}: ${plain(value)}`)
      .join('  \n'),
  ].join('\n\n');
}

function figures({ load, before, now, cost, stage }: Section): string {
  const row = (name: string, of: (served: Served) => string): string[] => [
    name,
    before === null ? '–' : of(before),
    now === null ? '–' : of(now),
  ];
  const rows = [
    row('Throughput', ({ rps }) => perSecond(rps)),
    row('P50', ({ p50Ms }) => milliseconds(p50Ms)),
    row('P95', ({ p95Ms }) => milliseconds(p95Ms)),
    ...(cost === null
      ? []
      : [
          [`Cost a month, prices of ${cost.pricesOf}`, '', moneyText(cost.perMonth, cost)],
          ['Cost of 1,000 requests', '', moneyText(cost.perThousandRequests, cost)],
        ]),
  ];
  return markdownTable([plain(load), before === null ? '' : `stage ${stage - 1}`, `stage ${stage}`], rows);
}
