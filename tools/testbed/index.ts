export { describeOwnServer, describeServer, describeServers } from './describe-server.ts';
export { ownServer, type OwnServer } from './own-server.ts';
export { RECIPES } from './recipes.ts';
export { rememberedServers, stopServer } from './run-files.ts';
export { runtimeImage } from './servers/kube/runtime-image.ts';
export { serverFor } from './server-for.ts';
export { TcpProxy } from './tcp-proxy.ts';
export type { MissingServer, RunningServer, ServerRecipe } from './server-recipe.ts';
export { waitFor } from './wait-for.ts';
