process.stdout.write('\n');
