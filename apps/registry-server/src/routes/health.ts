// For supervisors (A21): the process turns, and it can serve. Both are the same here, for a registry that opened its
// directory is ready.

import { jsonAnswer } from '../http/answer.ts';
import type { Route, RouteHandler } from './route.ts';

const alive: RouteHandler = () => jsonAnswer(200, { status: 'ok' });

/** Asks the database, which fails when the disk is gone. */
const serving: RouteHandler = ({ services }) => {
  services.metadata.repositories.list('', 1);
  return jsonAnswer(200, { status: 'ok' });
};

export const live: Route = { name: 'live', path: '/livez', methods: { GET: alive } };
export const ready: Route = { name: 'ready', path: '/readyz', methods: { GET: serving } };
export const started: Route = { name: 'started', path: '/startupz', methods: { GET: serving } };
