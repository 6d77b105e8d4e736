import type { AwsEndpoints } from '../servers/embedded-aws.ts';
import type { JudgeChoice } from '../servers/servers.ts';
import type { Templates } from '../stack/provision.ts';

/** Files of a session's folder. */
export const recordFile = 'session.json';
export const catalogueFile = 'catalogue.json';
export const queuesFile = 'queues.json';

/** What a session leaves in its folder, for the commands that come later. */
export interface SessionRecord {
  readonly judge: JudgeChoice | { readonly kind: 'openai' };
  readonly templates: Templates;
  /** Processes that were killed, each with what was in its memory. */
  readonly killed?: readonly number[];
  /** What whoever reads it later must know of it, such as that it was stopped half way. */
  readonly remark?: string;
  /** Bytes of the tables' files, of a session that ended. */
  readonly tables?: Readonly<Record<string, number>>;
  /** Of a session that lives. */
  readonly live?: {
    readonly pid: number;
    readonly endpoints: AwsEndpoints;
    readonly environment: Readonly<Record<string, string>>;
    readonly queues: Readonly<Record<string, string>>;
  };
}
