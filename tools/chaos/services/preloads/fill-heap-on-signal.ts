/** Loaded into a service by `node --import`: SIGUSR2 fills its heap to the limit, as a flood does, and Node gives up. */
process.on('SIGUSR2', () => {
  const flood: unknown[] = [];
  for (;;) flood.push({ text: `${flood.length}`, more: [flood.length] });
});
