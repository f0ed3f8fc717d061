/** For `--import`, with `--expose-gc`: memory is measured after a thorough collection, asked for by SIGCONT. */
process.on('SIGCONT', () => {
  gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  process.stdout.write('collected\n')
})
