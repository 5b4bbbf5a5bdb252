/** Loaded into a service by `node --import`: SIGUSR2 keeps its event loop busy for BLOCK_SECONDS. */
process.on('SIGUSR2', () => {
  const end = performance.now() + Number(process.env['BLOCK_SECONDS']) * 1_000;
  while (performance.now() < end);
});
