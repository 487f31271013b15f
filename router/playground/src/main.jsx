// The playground: GraphiQL against the endpoint of the router that serves this page.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';

// The editor does its language work in workers, which are files of this router, too.
globalThis.MonacoEnvironment = {
  getWorker(_, label) {
    const name = label === 'json' || label === 'graphql' ? label : 'editor';
    return new Worker(`/playground/${name}.worker.js`, { name: label });
  },
};

const fetcher = createGraphiQLFetcher({ url: '/graphql' });
const root = document.getElementById('root');
createRoot(root).render(<GraphiQL fetcher={fetcher} defaultEditorToolsVisibility />);
