import {
  CreateFlowCommand,
  StartFlowCommand,
  type CreateFlowCommandInput,
} from '@aws-sdk/client-appflow';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { appflow } from '../../api/clients';
import { toServiceError } from '../../api/errors';
import { keys } from '../../api/queries';
import { newToken } from '../create/useSave';
import { few } from './few';

/** What has come of a row. */
export interface Outcome {
  state: 'waiting' | 'creating' | 'created' | 'failed';
  flowName: string;
  error?: unknown;
  /** Of its first run, where it was started at once. */
  executionId?: string;
  /** Why it was not. */
  startError?: unknown;
}

export interface CopyRequest {
  /** The source object's name. */
  object: string;
  request: CreateFlowCommandInput;
}

const MOST_AT_A_TIME = 3;

/** Whether the flow may be there all the same: the answer got lost. */
export function isUnknown({ state, error }: Outcome): boolean {
  return state === 'failed' && toServiceError(error, '').code === 'NoAnswer';
}

/** Creates flows, a few at a time, as long as the page is open. */
export function useCreateCopies() {
  const queries = useQueryClient();
  const [outcomes, setOutcomes] = useState<Record<string, Outcome>>({});
  const [progress, setProgress] = useState<{ done: number; all: number }>();
  // The same request has the same token: where its answer got lost, it makes no second flow.
  const tokens = useRef(new Map<string, { text: string; token: string }>());
  const isLeft = useRef(false);
  useEffect(() => {
    isLeft.current = false;
    return () => {
      isLeft.current = true;
    };
  }, []);

  const tokenOf = ({ object, request }: CopyRequest) => {
    const text = JSON.stringify(request);
    const known = tokens.current.get(object);
    const token = known?.text === text ? known.token : newToken();
    tokens.current.set(object, { text, token });
    return token;
  };

  /** Whether the flow is there. */
  const createOne = async (copy: CopyRequest, runs: boolean): Promise<boolean> => {
    if (isLeft.current) return false;
    const flowName = copy.request.flowName!;
    const tell = (part: Omit<Outcome, 'flowName'>) =>
      setOutcomes((all) => ({ ...all, [copy.object]: { flowName, ...part } }));
    tell({ state: 'creating' });
    try {
      await appflow().send(
        new CreateFlowCommand({ ...copy.request, clientToken: tokenOf(copy) }),
      );
    } catch (error) {
      tell({ state: 'failed', error });
      return false;
    }
    if (!runs) {
      tell({ state: 'created' });
      return true;
    }
    try {
      const { executionId } = await appflow().send(
        new StartFlowCommand({ flowName, clientToken: newToken() }),
      );
      tell({ state: 'created', executionId });
    } catch (startError) {
      tell({ state: 'created', startError });
    }
    return true;
  };

  /** Whether all of them are there. */
  const create = async (copies: CopyRequest[], runs: boolean): Promise<boolean> => {
    const turn = few(MOST_AT_A_TIME);
    setProgress({ done: 0, all: copies.length });
    setOutcomes((all) => ({
      ...all,
      ...Object.fromEntries(
        copies.map(({ object, request }) => [
          object,
          { state: 'waiting' as const, flowName: request.flowName! },
        ]),
      ),
    }));
    const areMade = await Promise.all(
      copies.map(async (copy) => {
        const isMade = await turn(() => createOne(copy, runs));
        setProgress((of) => of && { ...of, done: of.done + 1 });
        return isMade;
      }),
    );
    setProgress(undefined);
    await queries.invalidateQueries({ queryKey: keys.flows });
    return areMade.every(Boolean);
  };

  /** What was said of a row's failure is about what it was. */
  const forget = (object: string) =>
    setOutcomes(({ [object]: outcome, ...others }) =>
      outcome?.state === 'failed' || !outcome ? others : { ...others, [object]: outcome },
    );

  return { outcomes, progress, create, forget };
}
