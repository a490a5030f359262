// What surrounds the device in whole runs: a call in which an answer is a fault, or several are, and what the calls after it hear where that
// is open. Drawn while the run is played, as each answer decides what is asked next; the run itself is then played from the plan alone.
import { WORLD_MODELS } from "../plan/fault-models.js";
import type { FaultPlan, WorldAnswer } from "../plan/fault-plan.js";
import { type PlainCall, type RunSubject, runPlain } from "../play/plain.js";
import { type Option, isHostile } from "../world/option.js";
import type { Random } from "../../core/data/random.js";

/** A plan that was drawn, and from which call on it may be cut, or hear something hostile: a call with hostile answers may be cut, too. */
export interface Drawn {
  readonly plan: FaultPlan;
  readonly cutFrom: number;
  readonly answerFrom: number;
}

/** What a fault is added to. */
export interface Drawing extends Drawn {
  /** The calls of the run with this plan. */
  readonly calls: readonly PlainCall[];
  readonly random: Random;
}

/** Calls after a fault whose open answers are drawn; those beyond hear the first. */
const DRAWN_CALLS = 4;
/** In a call with a hostile answer one in so many of the later ones is hostile as well. */
const ALSO_HOSTILE = 4;

/** Whether an answer can be a fault: a model is on, and guests ask. */
export function isAnswered({ start, faults }: RunSubject): boolean {
  return start.history.world !== null && WORLD_MODELS.some((model) => faults.models.includes(model));
}

/** A plan with a call more in which answers are faults: one of them, and perhaps others after it; null where no call can have one. */
export function withAnswers(subject: RunSubject, drawing: Drawing): Drawn | null {
  const { plan, calls, answerFrom, random } = drawing;
  const { models } = subject.faults;
  const places = calls
    .filter(({ index }) => index >= answerFrom)
    .map(({ index, exchanges }) => ({
      call: index,
      questions: exchanges.flatMap(({ options }, question) =>
        options.some((option) => isHostile(option, models)) ? [question] : [],
      ),
    }))
    .filter(({ questions }) => questions.length > 0);
  const place = pick(places, random);
  if (place === undefined) return null;
  const { call, questions } = place;
  const question = pick(questions, random) ?? 0;
  return {
    plan: drawnFrom(subject, plan, { call, question, isHostile: true, random }),
    cutFrom: call,
    answerFrom: call + 1,
  };
}

/** A plan whose calls from `call` on hear any of the calm answers, where there are several. */
export function withOpenAnswers(
  subject: RunSubject,
  plan: FaultPlan,
  call: number,
  random: Random,
): FaultPlan {
  return drawnFrom(subject, plan, { call, question: 0, isHostile: false, random });
}

interface From {
  readonly call: number;
  readonly question: number;
  readonly isHostile: boolean;
  readonly random: Random;
}

/** Draws the answers from a question on, in a run that is played for that. */
function drawnFrom({ device, scene, start, faults }: RunSubject, plan: FaultPlan, from: From): FaultPlan {
  const { call: first, question: at, random } = from;
  const isBefore = ({ call, question }: Pick<WorldAnswer, "call" | "question">) =>
    call < first || (call === first && question < at);
  // What came after that was drawn for another course.
  const answers = (plan.answers ?? []).filter(isBefore);
  const choose = (call: number, question: number, options: readonly Option[]): number => {
    const known = answers.find((answer) => answer.call === call && answer.question === question);
    if (isBefore({ call, question })) return known?.option ?? 0;
    const isStruck = from.isHostile && call === first;
    const wantsHostile = isStruck && (question === at || random.below(ALSO_HOSTILE) === 0);
    const mayBe = (one: Option) => (wantsHostile ? isHostile(one, faults.models) : one.model === null);
    const option = drawnOf(options, mayBe, random);
    if (option > 0) answers.push({ call, question, option });
    return option;
  };
  runPlain(device, scene, start, {
    faults: { ...plan, answers },
    resets: faults.losses.includes("reset"),
    answererOf: (call) =>
      call < first || call > first + DRAWN_CALLS
        ? null
        : (question, options) => choose(call, question, options),
  });
  device.exports.rollback();
  return { ...plan, answers };
}

/** One of the options that may be drawn, kind by kind: there are sixty ways in which a packet is damaged, and one in which it is lost. */
function drawnOf(options: readonly Option[], mayBe: (option: Option) => boolean, random: Random): number {
  const kinds = new Map<string, number[]>();
  options.forEach((option, number) => {
    if (!mayBe(option)) return;
    const [kind = ""] = option.words.split(",");
    kinds.set(kind, [...(kinds.get(kind) ?? []), number]);
  });
  return pick(pick([...kinds.values()], random) ?? [], random) ?? 0;
}

function pick<Item>(items: readonly Item[], random: Random): Item | undefined {
  return items.length === 0 ? undefined : items[random.below(items.length)];
}
