export { createGateway, type GatewayOptions } from './gateway.ts';
export { GatewayConfig, readGatewayConfig } from './config.ts';
