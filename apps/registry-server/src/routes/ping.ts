import { jsonAnswer } from '../http/answer.ts';
import type { Route, RouteHandler } from './route.ts';

const answer: RouteHandler = () => jsonAnswer(200, {});

/** A1: the registry speaks this API. */
export const ping: Route = { name: 'ping', path: '/v2/', methods: { GET: answer } };

export const pingWithoutSlash: Route = { name: 'ping-without-slash', path: '/v2', methods: { GET: answer } };
