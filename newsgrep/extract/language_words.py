"""The commonest words of each language of the press: what its texts cannot be written without.

Function words only, written as `str.casefold` leaves them. Of languages close to each other (Danish and Norwegian,
Czech and Slovak, Spanish and Portuguese) the words that only one of them has are what tells; shared ones are listed
with each. Rarer languages stand here so that their texts are not taken for a neighbour's.
"""

from __future__ import annotations

LATIN = {
    "en": "the of and to in a is that for it was on with as by at from are this be has have not he his they were who "
    "which an but had their will would been its said after more about when there or one she her also we you than out "
    "into up over could what could before while people if all between against where other just now two first",
    "de": "der die das und in den von zu mit ist des dem im auf für ein eine nicht auch sich als es an werden aus er "
    "hat dass sie nach bei um am sind noch wie einem über einen so war haben nur oder aber vor zur bis mehr durch man "
    "sein wurde sei kann wird einer eines gegen vom wenn seit schon wir ihre ihr diese dieser unter ich zum will "
    "können soll jetzt worden immer seine weil doch keine",
    "fr": "de la le et les des en un une du dans est pour que qui sur par au pas avec il ce plus ne se sont a été aux "
    "son ont mais ou cette leur comme ses ces être elle l'on après sans fait nous vous entre même deux tout bien "
    "depuis avait était contre selon où ainsi encore dont peut ils elles cela sous lors très aussi sa",
    "es": "de la que el en y a los del se las por un para con no una su al es lo como más pero sus le ha este o fue "
    "sin sobre también entre hasta desde está han años muy ya todo esta cuando dos hay ser era son contra porque ese "
    "donde según durante así sido parte quien solo ante nos tiene hace uno hoy después además e",
    "it": "di e il la che in un a per è una sono del con non le si da dei al come alla i della nel più gli ha delle lo "
    "anche ma dal nella su o stato questo dalla ed sul agli ai alle se ci hanno essere suo sua anni dopo tra due loro "
    "chi era degli negli cui fatto sulla così solo contro già quando dello molto prima perché questa dove fra ne",
    "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à seu sua ou "
    "quando muito nos já eu também só pelo pela até isso ela entre depois sem mesmo aos seus quem nas me esse são foi "
    "está tem ser há anos sobre ainda segundo pelos pelas foram contra após disse dia era dois à às num numa você",
    "nl": "de het een van en in is dat op te zijn met voor niet die aan er om ook als dan maar door bij naar uit heeft "
    "werd wordt worden hij over was nog ze zich tot meer deze kan of zo geen jaar moet we hebben had zegt na dit hun "
    "omdat tegen onder veel wel wat onze al waar volgens zou kunnen haar mensen tussen alleen sinds moeten",
    "sv": "och i att det som en på är av för den med till inte har om de ett han men var från så vi kan hade eller när "
    "ut nu vid säger efter sig ska över också under upp finns mot sin alla får år man hon blir mycket då skulle där "
    "blev än här många detta mellan hur några bara kommer varit sina ha mer dem jag utan enligt två",
    "da": "og i at det er en til på af den for som med de ikke har der et om han var fra men vi kan så hun jeg skal "
    "ved efter også være havde eller nu blev over op ud når mod år siger mere man sig under vil kun hvor få hvad "
    "sin bliver mange været blevet dem her mellem deres nogle andre uden dog blandt kommer selv end noget disse ifølge "
    "enhver sit hvis blive lidt hende kunne ville gøre samt ind uge hos mindst kommet siden nu hele ham ned oplyser",
    "no": "og i å det er en til på av den for som med de ikke har at et om han var fra men vi kan så hun jeg skal ved "
    "etter også være hadde eller nå ble over opp ut når mot år sier mer man seg under vil kun hvor få hva sin blir "
    "mange vært blitt dem her mellom deres noen andre uten mens ifølge bare kommer selv enn noe disse må går dette "
    "ikkje eit ein frå dei eg meir",
    "is": "og að í á er sem til við um en það hann af með fyrir ekki var frá hún þeir þessi hafa eftir verið segir "
    "þess því eru hefur verða þar sér þá upp hans svo vera þau voru mjög einnig þetta",
    "fi": "ja on ei että se oli hän ovat mutta myös kun joka niin ole olla mukaan kuin nyt voi vain sen jo tai sekä "
    "ollut hänen tämä mitä jos siitä sanoo kertoo sitä vielä jotka ovat eivät olisi tämän vuoden noin vuonna kanssa "
    "jälkeen hyvin koko mutta siis sillä kuitenkin sitten jossa ennen yli me minä ne en oma",
    "et": "ja on ei et see oli ka kui ta mis oma või aga siis nii kes ning selle pole ole veel seda oma juba kuid "
    "tema olid sellest mille ütles aasta pärast kõik mida saab välja nende tuleb",
    "pl": "w i na z do się nie że jest to o za od po jak dla przez który są ale co przed oraz tym jego już jej tego "
    "być może został ich także te które która było była tylko roku a tak czy pod był przy więcej również jednak "
    "mnie lat bardzo będzie gdy między jako jeszcze podczas bo ten tej ze by nad",
    "cs": "a se v na že je to s z do o i k ve pro za by ale jako po který od jsou byl nebo při podle také jak jeho "
    "bude už jsem však roku až které která před byla není bylo více která mezi jen tak má kteří tím který když ze co "
    "aby si jejich proti své další byli než ještě bez kde může nad u kvůli",
    "sk": "a sa v na že je to s z do o aj k vo pre za by ale ako po ktorý od sú bol alebo pri podľa tiež jeho bude už "
    "som však roku až ktoré ktorá pred bola nie bolo viac medzi len tak má ktorí tým keď zo čo aby si ich proti svoje "
    "ďalšie boli než ešte bez kde môže nad u ktorého pretože ani jej mu iba povedal",
    "sl": "in je v na da se za so ki z pa ne po ni bi tudi kot pri od do iz še s bo ali kar to o lahko že med ker "
    "so bil bila bilo leta smo več njegov zaradi pred po tem treba samo sta ter ko jih ga",
    "hu": "a az és hogy nem is egy ez volt meg de csak már még el mint van azt ha ki lesz vagy után szerint pedig "
    "minden között sem ezt több most amely aki olyan lehet kell majd be ami nagyon ezek fel voltak hogyan mert "
    "valamint során nincs ilyen azonban így akkor mondta két azok rendkívül",
    "ro": "de și în a la cu că pe nu din o care să este un pentru mai au fost se al ce prin fi după sau dar lui sunt "
    "va ale ar între până acest această cei lor el fără ca doar foarte atunci iar despre către împotriva unei unui "
    "am ani spus când ei dintre avea fie îi îl le s-a n-a într-un într-o sa cele asta si sa in",
    "hr": "i u je na se da su za od s o a kao ali što nije koji će iz bi do ne to po koja koje bio samo bila biti "
    "nakon prema jer kako još više zbog bilo nego kada među godine ili smo sam te tijekom može ima kod dok rekao "
    "već sve ako svoje prije oko kojima protiv njegov između gdje sati u tome",
    "lt": "ir kad yra į iš su tai ne ar kaip buvo jis apie po dėl už bet nuo per jau tik bus taip jo šis kuris "
    "metų pat kurie prie labai ši nes būti sakė yra dar",
    "lv": "un ir ka ar par no uz kas tas arī nav lai pēc kā bija pie bet vai viņš gada tā būs šo vairāk jau tikai "
    "šis pirms kuri līdz vēl savu ko tiek esot",
    "sq": "dhe në e të për me që nga një është si ka nuk do më në se këtë i u ai kanë kjo janë ishte por pas duke "
    "mund tij ky të cilat edhe kur",
    "tr": "ve bir bu da de için ile olarak çok daha olan ne gibi en sonra kadar ise var değil ya o ancak her göre "
    "yeni olduğu şu mi iki ama olduğunu dedi etti oldu ki büyük ilk karşı eden diye tarafından hem içinde şekilde "
    "arasında ben biz kendi yok önce bunun yıl üzerine milyon hakkında bin tüm türkiye "
    "tarihinde saat gündür nedeniyle üzere kontrol başladı çıktı üzerinde "
    "veya diğer başka herhangi yapılan bulunan kişi gün söyledi ifade birlikte fazla sahip yer aldı verdi geldi",
    "az": "və bir bu da ilə üçün ki də olan edib onun daha çox isə o kimi bildirib sonra olub deyib görə həm "
    "olunub qədər üzrə ildə edən tərəfindən",
    "vi": "và của là các có trong cho không được với những một đã người này khi để từ về đến ra cũng như tại nhiều "
    "năm ở sẽ trên vào theo phải sau ông việc đó đang do bị nhưng hơn còn làm thì lại mà nên chỉ rất hai qua",
    "id": "yang dan di dari untuk dengan ini pada dalam itu tidak akan ke juga oleh adalah telah sudah ada karena "
    "sebagai saat lebih tersebut bisa mereka kata tahun kepada atau kami hingga para dia saya menjadi secara "
    "masih setelah antara seorang sebuah pihak hal bahwa sementara lain hanya namun serta tak belum kita "
    "harus setiap jika bukan warga seperti maka orang tiap apa berbagai jadi",
    "ms": "yang dan di dari untuk dengan ini pada dalam itu tidak akan ke juga oleh adalah telah sudah ada kerana "
    "sebagai ketika lebih tersebut boleh mereka kata tahun kepada atau kami hingga para beliau saya menjadi secara "
    "masih selepas antara seorang sebuah pihak hal bahawa manakala lain hanya namun serta berkata iaitu turut",
    "tl": "ang ng sa na mga ay at si ni para nang ito hindi kay siya niya isang mula naman kanyang sila kung din "
    "rin pa lang ayon dahil habang nito wala upang matapos",
    "sw": "ya na wa kwa ni katika za la kuwa hiyo cha hii huo huyo baada pia ambao alisema kama hivyo kutoka wakati "
    "lakini watu yake wake mwaka zaidi nchini serikali ambayo hayo yao",
    "zu": "ukuthi futhi uthe kodwa ngoba lapho uma njengoba kusho kanye ngesikhathi kule lo abantu bese manje "
    "wathi kakhulu kuze okuthiwa emva nokuthi",
    "af": "die van en in is het dat nie vir met op te 'n om wat was deur sy as aan ook by sal hulle maar word uit "
    "daar na kan ons hy oor sê een tot meer moet nog hierdie teen ná kon toe",
    "ca": "de la i el que a en les per els amb un del és una no va més al ha dels però com seva seu han aquest són "
    "aquesta també ser perquè entre fins sobre on sense després anys molt hi aquests ja ho des fer tot està contra",
    "gl": "de a o que e do da en un para con non unha os no se na por máis as dos como pero ao é das súa seu ten "
    "foi son tamén ata este esta entre sobre desde polo pola nos anos ser xa hai",
    "eu": "eta da ez ere bat du dira izan dute zen baina hori egin den behar dela duen beste oso bere urte "
    "gaur arte bezala hau dituzte",
    "cy": "yn y a i o ar yr mae ei gan wedi am eu bod oedd sydd fod nid hefyd gyda ond hyn ac na ni un",
    "ga": "an agus na a ar go i is bhí le sé ag do ina seo don ach nach siad atá tá féin chun",
}
"""Languages in Latin letters."""

CYRILLIC = {
    "ru": "и в не на что с по как это он к но из у за от о его для же то все так был до мы она при если их также или "
    "бы были есть уже который я было только еще ещё после под со время год может во году более была сообщил об этом "
    "россии нет а чтобы которые том того где когда ли",
    "uk": "і в не на що з по як це він до але із у за від про його для же та так був ми вона при якщо їх також або "
    "би були є вже який я було тільки ще після під зі час рік може року більше була повідомив цього україни немає "
    "а щоб які тому де коли чи й які якого має",
    "be": "і ў не на што з па як гэта ён да але у за ад аб яго для жа так быў мы яна пры калі іх таксама або былі ёсць "
    "ужо які я было толькі яшчэ пасля пад час год можа больш была якія што",
    "bg": "и в на да е за от се с че не по са като това си до ще го но при беше или той който което след между през "
    "която те също година има само които във със бъде може когато както още тя към под бяха без все вече сега нас",
    "sr": "и у је на се да су за од с о а као али што није који ће из би до не то по која које био само била бити "
    "након према јер како још више због било него када међу године или смо сам те може има код док рекао већ све ако",
    "mk": "и во на да е за од се со дека не по што како тоа ќе го но при беше или тој кој кое ги меѓу преку која тие "
    "исто има само кои бидат може кога уште таа кон под без сите веќе сега а ја ова од",
    "kk": "және бір бұл мен да де үшін болып деп сол осы бойынша туралы қазақстан кейін ол дейін жылы еді екен бар "
    "болды болған",
}
"""Languages in Cyrillic letters."""

ARABIC = {
    "ar": "في من على إلى أن عن مع هذا التي الذي كان هذه قال ما لا بعد ذلك بين قد كما خلال كل وقال لم ولا حيث عليه "
    "أو عدم قبل وفي ومن هو هي أنه منذ غير عام يوم ضد",
    "fa": "و در به از که این را با است برای آن یک تا بر هم شده می‌شود خود اما های می کرد شد گفت بود دارد نیز باید هر "
    "پس وی ایران دو کند کرده ها اند بین",
    "ur": "کے کی میں ہے اور سے کا کو نے کہ پر ہیں اس یہ بھی کر ایک تھا گیا نہیں کیا ان جو وہ تو ہو لیے ساتھ بعد تک کہا "
    "تھے ہوئے رہا دیا",
}
"""Languages in Arabic letters."""

DEVANAGARI = {
    "hi": "के में है की से और का को ने पर कि हैं भी इस एक यह नहीं था ही तो लिए कर वह हो गया कहा जो करने बाद साथ तक उन "
    "रहे रहा अपने थे",
    "mr": "आहे आणि या च्या ते हे नाही होते केली केले आहेत त्यांनी असे मध्ये तर झाले एक मात्र होता यांनी येथील करण्यात "
    "त्या की झाली व असा किंवा आला आली "
    "कोणत्याही",
    "ne": "छ र को मा ले हो भने गरेको पनि छन् एक यो गर्न भएको गर्ने लागि नेपाल थियो उनले तथा हुने",
}
"""Languages in Devanagari letters."""
