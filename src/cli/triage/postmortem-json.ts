import type { Postmortem } from '#core/triage/postmortem-markdown.ts';
import { triageJson } from './triage-json.ts';

/** What data.json holds; docs/triage.md tells of each key. */
export function postmortemJson({ triage, incident, impact, calibration, ratings, owner }: Postmortem) {
  return {
    incident: { from: new Date(incident.from).toISOString(), to: new Date(incident.to).toISOString() },
    owner,
    impact,
    calibration,
    ratings,
    ...triageJson(triage),
  };
}
