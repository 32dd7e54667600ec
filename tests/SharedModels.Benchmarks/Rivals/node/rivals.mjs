// Serves MiniLM to concurrent callers: node rivals.mjs <model> <tokens.json> <largest batch> <threads>
// Each line of the input, "<rival> TAB <callers> TAB <texts>", is answered with a line of JSON.
import DataLoader from 'dataloader'
import genericPool from 'generic-pool'
import ort from 'onnxruntime-node'
import fs from 'node:fs'
import readline from 'node:readline'

const [path, tokensPath, maxBatchSize, threads] = process.argv.slice(2)
const texts = JSON.parse(fs.readFileSync(tokensPath, 'utf8'))
const create = () => ort.InferenceSession.create(path, {
  intraOpNumThreads: Number(threads),
  extra: { session: { intra_op: { allow_spinning: '0' } } },
})
const session = await create()

// Pads the texts to the longest one, and returns the normalized mean of the vectors of each text's tokens.
async function embed(used, batch) {
  const length = Math.max(...batch.map(ids => ids.length))
  const ids = new BigInt64Array(batch.length * length)
  const mask = new BigInt64Array(batch.length * length)
  batch.forEach((tokens, row) => tokens.forEach((id, column) => {
    ids[row * length + column] = BigInt(id)
    mask[row * length + column] = 1n
  }))
  const shape = [batch.length, length]
  const inputs = {
    input_ids: new ort.Tensor('int64', ids, shape),
    attention_mask: new ort.Tensor('int64', mask, shape),
    token_type_ids: new ort.Tensor('int64', new BigInt64Array(ids.length), shape),
  }
  const output = (await used.run(inputs))[used.outputNames[0]]
  const width = output.dims[2]
  return batch.map((tokens, row) => {
    const vector = new Float32Array(width)
    for (let column = 0; column < tokens.length; column++) {
      const start = (row * length + column) * width
      for (let i = 0; i < width; i++) vector[i] += output.data[start + i]
    }
    const norm = Math.hypot(...vector)
    return vector.map(value => value / norm)
  })
}

const pool = genericPool.createPool({ create, destroy: used => used.release() }, { min: 1, max: 1 })

// dataloader collects the calls of one turn of the event loop: the callers whose batch has just ended.
const loader = new DataLoader(batch => embed(session, batch), { cache: false, maxBatchSize: Number(maxBatchSize) })

const rivals = {
  'no gate': async tokens => (await embed(session, [tokens]))[0],
  'generic-pool': tokens => pool.use(async used => (await embed(used, [tokens]))[0]),
  dataloader: tokens => loader.load(tokens),
}

async function measure(call, callers, count) {
  const times = []
  let next = 0
  const start = performance.now()
  await Promise.all(Array.from({ length: callers }, async () => {
    while (next < count) {
      const tokens = texts[next++ % texts.length]
      const begin = performance.now()
      if ((await call(tokens)).length !== 384) throw new Error('A vector has the wrong length.')
      times.push(performance.now() - begin)
    }
  }))
  const seconds = (performance.now() - start) / 1000
  times.sort((a, b) => a - b)
  return { throughput: count / seconds, slowest: times[Math.floor(0.99 * count)] / 1000 }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const [rival, callers, count] = line.split('\t')
  console.log(JSON.stringify(await measure(rivals[rival], Number(callers), Number(count))))
}
process.exit(0)
