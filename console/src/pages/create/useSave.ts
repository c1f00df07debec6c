import {
  CreateFlowCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFlowCommand,
  type ConnectorEntityField,
} from '@aws-sdk/client-appflow';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { appflow } from '../../api/clients';
import { keys } from '../../api/queries';
import type { FlowDraft } from './draft';
import { createRequest, tagRequests, updateRequest } from './request';

/** Creates the flow of a draft, or puts the draft in place of the flow that is edited. */
export function useSave(isEdited: boolean, onSaved: (draft: FlowDraft) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (given: { draft: FlowDraft; sourceFields: ConnectorEntityField[] }) => {
      const { draft, sourceFields } = given;
      if (!isEdited) {
        await appflow().send(new CreateFlowCommand(createRequest(draft, sourceFields)));
        return;
      }
      await appflow().send(new UpdateFlowCommand(updateRequest(draft, sourceFields)));
      const { tag, untag } = tagRequests(draft);
      if (tag) await appflow().send(new TagResourceCommand(tag));
      if (untag) await appflow().send(new UntagResourceCommand(untag));
    },
    onSuccess: (_, { draft }) => {
      queries.removeQueries({ queryKey: keys.fieldChanges(draft.flowName) });
      onSaved(draft);
      void queries.invalidateQueries({ queryKey: keys.flows });
    },
  });
}

/** Names an attempt to save, so that the service knows it again. */
export function newToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
