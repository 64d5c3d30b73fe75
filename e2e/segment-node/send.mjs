// Sends what sdk_test.go expects with the stock SDK: node send.mjs ADDRESS WRITE_KEY
import { Analytics } from '@segment/analytics-node'

const [host, writeKey] = process.argv.slice(2)
const analytics = new Analytics({ host, writeKey, flushAt: 5 })
analytics.on('error', (e) => { console.error(e); process.exitCode = 1 })

analytics.page({ anonymousId: 'visitor', name: 'Pricing', properties: { url: 'https://shop.example/pricing' } })
analytics.identify({ anonymousId: 'visitor', userId: 'ana', traits: { email: 'ana@shop.example', name: 'Ana' } })
analytics.group({ userId: 'ana', groupId: 'shop', traits: { name: 'Shop', plan: 'pro' } })
analytics.alias({ previousId: 'ana-old', userId: 'ana' })
for (let n = 0; n < 10; n++) analytics.track({ userId: 'ana', event: 'Report Run', properties: { n } })
await analytics.closeAndFlush()
