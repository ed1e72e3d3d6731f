// Which extensions of the API there are (A19): none yet, and clients may ask.

import { jsonAnswer } from '../http/answer.ts';
import { getRepository } from './arguments.ts';
import type { Route } from './route.ts';

export const extensions: Route = {
  name: 'extensions',
  path: '/v2/_oci/ext/discover',
  methods: { GET: () => jsonAnswer(200, { extensions: [] }) },
};

export const repositoryExtensions: Route = {
  name: 'repository-extensions',
  path: '/v2/*/_oci/ext/discover',
  methods: {
    GET: (context) => {
      getRepository(context);
      return jsonAnswer(200, { name: context.repository, extensions: [] });
    },
  },
};
