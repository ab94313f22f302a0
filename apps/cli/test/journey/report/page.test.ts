import { expect, it } from 'vitest';
import type { Journey } from '../../../src/journey/record.ts';
import { renderHtml } from '../../../src/journey/report/page.ts';
import { type Known, reportOf } from '../../../src/journey/report/report.ts';
import { syntheticJourney, withVoidStage } from './synthetic.ts';
import { unbalanced } from './unbalanced.ts';

const COST = { perMonth: 214.4, perThousandRequests: 0.00123, currency: 'USD', pricesOf: '2026-11-01' };

function page(journey: Journey, known: ReadonlyMap<number, Known> = new Map()): string {
  return renderHtml(reportOf(journey, known));
}

it('the page is well-formed, with costs and without, of nine stages, one, and none', () => {
  const journey = syntheticJourney();
  const known = new Map(journey.stages.map(({ stage }) => [stage, { cure: 'More of it', cost: COST }]));
  expect(unbalanced(page(journey, known))).toEqual([]);
  expect(unbalanced(page(journey))).toEqual([]);
  expect(unbalanced(page({ ...journey, stages: journey.stages.slice(0, 1) }))).toEqual([]);
  expect(unbalanced(page({ ...journey, stages: [] }))).toEqual([]);
});

it('the check of tags finds what is not closed, crossed, or not escaped', () => {
  expect(unbalanced('<p>a')).toHaveLength(1);
  expect(unbalanced('<p><b></p></b>')).not.toEqual([]);
  expect(unbalanced('<p>a < b</p>')).toEqual(['< b']);
});

it('each stage has its section, its two plots with a text alternative, and its row in the overview', () => {
  const html = page(syntheticJourney());
  for (const { stage, title } of syntheticJourney().stages) {
    expect(html).toContain(`<section id="stage-${stage}"`);
    expect(html).toContain(`<a href="#stage-${stage}">${stage} ${title}</a>`);
  }
  const plots =
    html.match(/<svg [^>]*role="img"[^>]*aria-label="[^"]{40,}"[^>]*>\s*<title>[^<]+<\/title>/g) ?? [];
  expect(plots).toHaveLength(1 + 9 * 2);
});

it('the page loads nothing', () => {
  const html = page(syntheticJourney());
  expect(html).not.toMatch(/https?:|\/\/\w|url\(|@import|<script|<link|<img|\ssrc=/);
  expect([...html.matchAll(/href="([^"]*)"/g)].every(([, target = '']) => target.startsWith('#'))).toBe(true);
});

it('a void stage says so, and why, in the head, in the overview and in its section', () => {
  const html = page(withVoidStage(syntheticJourney(), 3, ['the load generator was short of processor']));
  expect(html).toContain('VOID: stage 3 of 9 did not count');
  expect(html).toContain('<section id="stage-3" class="stage void">');
  expect(html).toContain('<li>the load generator was short of processor</li>');
  expect(html.match(/class="stage void"/g)).toHaveLength(1);
  expect(html).not.toContain('Valid:');
  expect(page(syntheticJourney())).not.toMatch(/VOID(?!')/);
});

it('a void drill names no single point of failure', () => {
  const [first, ...others] = syntheticJourney().stages;
  if (first === undefined) throw new Error('there are stages');
  const drill = { ...first.drill, verdict: 'void' as const, why: ['k6 dropped 12 requests'] };
  const html = page({ ...syntheticJourney(), stages: [{ ...first, drill }, ...others] });
  expect(html).toContain('VOID: the drill says nothing');
  expect(html).toContain('<li>k6 dropped 12 requests</li>');
  expect(html).toContain('Single points of failure: <strong>the drill is void</strong>');
});

it('data is escaped wherever it stands', () => {
  const evil = '"><script>alert(1)</script>&\'';
  const journey = syntheticJourney();
  const stages = journey.stages.map((stage) => ({
    ...stage,
    title: evil,
    users: evil,
    scenario: evil,
    why: [evil],
    valid: false,
    bottleneck: { box: evil, share: 1 },
    provenance: { ...stage.provenance, machine: evil, commit: evil },
    ladder: stage.ladder.map((rung) => ({
      ...rung,
      this: { ...rung.this, loads: rung.this.loads.map((load) => ({ ...load, box: evil })) },
    })),
    drill: { ...stage.drill, boxes: stage.drill.boxes.map((effect) => ({ ...effect, box: evil })) },
  }));
  const html = page(
    { ...journey, stages },
    new Map([[1, { cure: evil, cost: { ...COST, pricesOf: evil } }]]),
  );
  expect(html).not.toContain('<script');
  expect(unbalanced(html)).toEqual([]);
});

it('costs are in the overview and in the section when they are given, and nowhere when not', () => {
  const html = page(syntheticJourney(), new Map([[4, { cure: null, cost: COST }]]));
  expect(html).toContain('What 1,000 requests cost');
  expect(html).toContain('$214');
  expect(html).toContain('$0.00123 per 1,000 requests; prices of <span class="nowrap">2026-11-01</span>');
  expect(page(syntheticJourney())).not.toMatch(/\$|cost/i);
});

it('a journey that was resumed elsewhere names both commits with their stages', () => {
  const journey = syntheticJourney();
  const stages = journey.stages.map((stage) =>
    stage.stage < 8 ? stage : { ...stage, provenance: { ...stage.provenance, commit: 'fedcba987654' } },
  );
  expect(page({ ...journey, stages })).toContain(
    '0123456789ab (stages 1, 2, 3, 4, 5, 6, 7); fedcba987654 (stages 8, 9)',
  );
});
