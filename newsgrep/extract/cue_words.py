"""Words that tell what a line of a page is for, in the languages of the press.

Only what any news page may print: cues of teasers, credits, bylines, stamps and furniture. Nothing of one publisher.
All are written for case-folded text, as `cues.fold` gives it.
"""

from __future__ import annotations

import re

from newsgrep.extract.cues import Cues

TEASER = Cues(
    "more from *, more on *, more about *, read more about *, read: *, watch: *, mehr von *, mehr aus *, mehr zu "
    "*, mehr über *, lesen sie auch *, lesen sie mehr *, lesetipp*, plus de *, à lire aussi *, lire aussi *, más "
    "sobre *, lea también *, lee también *, leia também *, mais sobre *, leggi anche *, meer over *, lees ook *, "
    "les også *, læs også *, läs också *, läs mer *, lue myös *, czytaj też *, czytaj także *, čtěte také *, "
    "citește și *, читайте также *, читайте також *, διαβάστε επίσης *, اقرأ أيضا *, read more, read also, read "
    "next, read, see also, also read, more on this, more on this story, more on this topic, more from, related, "
    "related stories, related articles, related topics, related coverage, related content, related news, "
    "recommended, recommended reading, recommended for you, don't miss, you may also like, you might also like, "
    "up next, most read, most popular, most viewed, trending, trending now, latest news, latest, latest stories, "
    "top stories, editor's picks, editors' picks, keep reading, what to read next, in this story, must read, more "
    "stories, mehr zum thema, lesen sie auch, lesen sie mehr, lesen sie hier, lesen sie dazu, auch interessant, "
    "auch lesen, das könnte sie auch interessieren, das könnte dich auch interessieren, siehe auch, weitere "
    "artikel, weitere themen, weiterlesen, mehr lesen, mehr dazu, mehr aus, meistgelesen, meistgelesene artikel, "
    "neueste artikel, empfehlungen der redaktion, aktuelle themen, passend dazu, lire aussi, à lire aussi, lire "
    "également, à lire également, lire la suite, à lire, voir aussi, sur le même sujet, les plus lus, articles "
    "liés, à découvrir, notre sélection, dans l'actualité, lee también, lea también, leer más, lea más, te puede "
    "interesar, te recomendamos, relacionadas, noticias relacionadas, más noticias, lo más leído, lo más visto, "
    "ver más, más información, además, leia também, leia mais, veja também, saiba mais, mais lidas, notícias "
    "relacionadas, mais sobre, leggi anche, leggi tutto, potrebbe interessarti, ti potrebbe interessare, articoli "
    "correlati, i più letti, vedi anche, lees ook, lees meer, lees verder, meer over, meest gelezen, gerelateerd, "
    "bekijk ook, les også, les mer, læs også, læs mere, läs mer, läs också, läs även, mest lest, mest læst, mest "
    "läst, siste nytt, relaterade artiklar, relaterte saker, lue myös, lue lisää, luetuimmat, czytaj także, "
    "czytaj też, zobacz też, zobacz także, czytaj więcej, przeczytaj także, najczęściej czytane, polecamy, čtěte "
    "také, přečtěte si, související články, nejčtenější, mohlo by vás zajímat, čítajte aj, citește și, citeste "
    "si, citește mai mult, vezi și, cele mai citite, olvasta már, kapcsolódó cikkek, legolvasottabb, читайте "
    "также, читать далее, смотрите также, по теме, материалы по теме, самое читаемое, популярное, главные "
    "новости, последние новости, ещё по теме, читайте також, читати далі, дивіться також, за темою, "
    "найпопулярніше, останні новини, ilgili haberler, ayrıca okuyun, daha fazla, devamını oku, çok okunanlar, en "
    "çok okunanlar, son haberler, διαβάστε επίσης, διαβάστε ακόμα, δείτε επίσης, περισσότερα, σχετικά άρθρα, "
    "δημοφιλή, اقرأ أيضا, اقرأ أيضًا, إقرأ أيضا, اقرأ المزيد, مواضيع ذات صلة, الأكثر قراءة, المزيد, آخر الأخبار, "
    "関連記事, あわせて読みたい, こちらもおすすめ, アクセスランキング, 人気記事, おすすめ, 最新ニュース, "
    "相关阅读, 相关新闻, 延伸阅读, 推荐阅读, 热门新闻, 更多新闻, 관련기사, 많이 본 뉴스, "
    "추천기사, xem thêm, tin liên quan, baca juga, soma zaidi, funda kabanzi"
)
"""A line that opens a teaser or a list of other articles; with a colon, the teaser may follow on the same line."""

ADDRESSED = Cues(
    "you, your, you're, you'll, yours, ihnen, ihre, ihren, ihrem, ihrer, euch, dir, dich, dein, deine, deinen, "
    "vous, votre, vos, tu, ton, ta, tes, usted, ustedes, su cuenta, te, ti, tus, você, seu, sua, tuo, tua, tuoi, "
    "vostro, jij, je, jouw, uw, din, ditt, dine, dina, deg, dig, sinä, sinun, twój, twoje, państwo, váš, vaše, "
    "vás, вы, вас, вам, ваш, ваши, ви, siz, sizin, σας, أنت, あなた, 您, 你, bạn"
)
"""Words that speak to the reader; outside of quotations they are rare in news."""

END = Cues(
    "comments, comment, join the conversation, leave a comment, post a comment, leave a reply, show comments, "
    "view comments, add a comment, kommentare, kommentar schreiben, kommentar verfassen, kommentieren, "
    "diskutieren sie mit, jetzt kommentieren, leserkommentare, commentaires, laisser un commentaire, réagir, "
    "comentarios, deja un comentario, comentários, commenti, reacties, kommentarer, kommentit, komentarze, "
    "komentáře, comentarii, hozzászólások, комментарии, коментарі, yorumlar, σχόλια, التعليقات, コメント, "
    "评论, 댓글, "
    "bình luận, about the author, über den autor, zur startseite, back to top, nach oben, zurück nach oben, top, "
    "tags, topics, themen, schlagworte, hashtags, stichwörter, sujets, mots-clés, temas, etiquetas, argomenti, "
    "onderwerpen, emner, ämnen, tagi, темы, теги, etiketler, タグ, 关键词"
)
"""A line after which no article goes on."""

FURNITURE = Cues(
    "subscribe, subscription, sign up, sign in, log in, login, newsletter, cookie, cookies, privacy policy, terms "
    "of use, terms of service, all rights reserved, copyright, advertisement, download our app, click here, "
    "whatsapp, facebook, twitter, instagram, linkedin, password, your account, create an account, my account, "
    "user account, netiquette, community guidelines, moderation, spam, junk folder, unsubscribe, opt out, third "
    "party, settings, adblocker, ad blocker, enable, redirected, qr code, passwort, konto, kundenkonto, "
    "einloggen, ausloggen, kommentarfunktion, probeabo, testen, browser, einstellungen, drittanbieter, "
    "widerrufen, e-mail-adresse, mot de passe, votre compte, connexion, se connecter, contraseña, tu cuenta, "
    "iniciar sesión, senha, sua conta, la tua password, il tuo account, accedi, accesso, wachtwoord, inloggen, "
    "passord, logg inn, logga in, lösenord, log ind, salasana, kirjaudu, hasło, konta, heslo, účet, jelszó, "
    "parola, пароль, аккаунт, войти, увійти, şifre, giriş yap, üye ol, パスワード, 密码, share this, follow us, "
    "javascript, your inbox, email address, e-mail address, free trial, unlimited access, support our journalism, "
    "donate, sponsored, affiliate, commission, notifications, preferred source, google news, podcast, abonnieren, "
    "abonnement, abo, anmelden, registrieren, einwilligung, datenschutz, impressum, anzeige, werbung, zustimmung, "
    "externer inhalt, externen inhalt, inhalt laden, personenbezogene daten, nutzungsbedingungen, agb, kündbar, "
    "abonnez-vous, s'abonner, inscrivez-vous, vous abonner, publicité, mentions légales, données personnelles, "
    "suscríbete, suscribirse, suscripción, publicidad, regístrate, boletín, aviso legal, assine, assinante, "
    "cadastre-se, publicidade, abbonati, iscriviti, pubblicità, riservatezza, abonneer, nieuwsbrief, advertentie, "
    "abonner, nyhetsbrev, nyhedsbrev, annons, annonse, annonce, prenumerera, tilaa, uutiskirje, mainos, zaloguj, "
    "prenumerata, reklama, odebírat, přihlásit, abonează, feliratkozás, hirdetés, подписаться, подписывайтесь, "
    "подпишитесь, подписка, реклама, рассылка, підписатися, підпишіться, abone ol, reklam, çerez, bülten, "
    "εγγραφή, συνδρομή, διαφήμιση, اشترك, النشرة, الإعلان, 会員登録, ログイン, 広告, 無断転載, メルマガ, "
    "有料会員, 登录, 版权所有, 扫一扫, 订阅, "
    "đăng ký, quảng cáo"
)
"""Words of the page's own business: subscriptions, consent, sharing, advertising."""

CREDIT = Cues(
    "©, (c), cc by, cc by-nc, cc by-sa, creative commons, wikimedia, flickr, unsplash, pixabay, "
    "photo:, photos:, photo by, photograph:, photograph by, picture:, picture by, image:, images:, image "
    "credit, image source, credit:, courtesy of, file photo, getty images, ap photo, via getty, via ap, "
    "shutterstock, istock, alamy, pa wire, afp via, foto:, fotos:, bild:, bilder:, bildquelle, quelle:, "
    "symbolbild, archivbild, imago, picture alliance, dpa-bild, crédit, photo d'illustration, crédito, créditos, "
    "fotografía:, imagen:, foto di, foto de, reprodução, divulgação, beeld:, bron:, fot., zdjęcie:, źródło:, "
    "zdroj:, sursa:, fotó:, kuva:, фото:, фото, источник:, джерело:, fotoğraf:, kaynak:, φωτογραφία:, صورة:, 写真:, "
    "撮影, 图片来源, 图源, 사진, ảnh:"
)
"""Words of a picture's credit."""

UPDATED = Cues(
    "updated, last updated, modified, last modified, last edited, edited, revised, corrected, aktualisiert, "
    "aktualisierung, zuletzt, letzte änderung, geändert, mis à jour, mise à jour, modifié, actualizado, "
    "actualizada, modificado, atualizado, atualizada, aggiornato, aggiornata, aggiornamento, modifica, "
    "bijgewerkt, laatst, gewijzigd, oppdatert, opdateret, uppdaterad, sist endret, päivitetty, muokattu, "
    "aktualizacja, aktualizováno, zaktualizowano, actualizat, frissítve, módosítva, обновлено, оновлено, "
    "изменено, güncelleme, güncellendi, güncellenme, ενημέρωση, ενημερώθηκε, τελευταία ενημέρωση, تحديث, آخر "
    "تحديث, 更新, 最終更新, 수정, 업데이트, cập nhật, ilivyosasishwa, upd"
)
"""Words before the date of a change, which is not the publication."""

PUBLISHED = Cues(
    "published, first published, posted, posted on, publication date, date:, issued, created, veröffentlicht, "
    "erschienen, stand:, erstellt, publié, publiée, paru, publicado, publicada, creado, pubblicato, pubblicata, "
    "gepubliceerd, geplaatst, publisert, udgivet, publicerad, publicerat, julkaistu, opublikowano, data "
    "publikacji, publikováno, zveřejněno, vydáno, publicat, megjelent, közzétéve, опубликовано, опубліковано, "
    "yayınlanma, yayın tarihi, giriş, oluşturulma, eklenme, δημοσίευση, δημοσιεύτηκε, δημοσιεύθηκε, نشر, تاريخ "
    "النشر, 公開, 配信, 掲載, 发布, 发表, 입력, 등록, xuất bản"
)
"""Words before the date of publication."""

BYLINE = re.compile(
    r"^[\W_]*(?:(?:story |written |words |reported |report |analysis |review |opinion |exclusive |commentary |"
    r"text |interview )?by[:\s]+|"
    r"(?:ein (?:kommentar|gastbeitrag|bericht|interview|essay|porträt)|eine (?:analyse|reportage|kolumne)|"
    r"kommentar|interview|protokoll|analyse|kolumne|text|bericht)?\s*von[:\s]+|"
    r"(?:écrit |publié |propos recueillis )?par[:\s]+|(?:escrito |texto )?por[:\s]+|(?:articolo )?di[:\s]+|"
    r"(?:geschreven )?door[:\s]+|"
    r"(?:skrevet |skriven |tekst )?a[fv][:\s]+|autor(?:in|en|es|ka|ský)?[:\s]+|auteurs?[:\s]+|autore[:\s]+|"
    r"authors?[:\s]+|(?:reporter|text|texte|texto|tekst|story|words|journalist)s?:\s*|"
    r"автор[ыи]?[:\s]+|текст:\s*|yazar[:\s]+|muhabir[:\s]+|συντάκτης[:\s]+|από (?:τον|την)\s+|بقلم[:\s]+|"
    r"كتب[:\s]+|de (?=[^\W\d_]+ [^\W\d_]+$)|"
    r"toimittaja[:\s]+|na[:\s]+(?=[^\W\d_]+ [^\W\d_]+$)|"
    r"作者[::\s]+|记者[::\s]*|責任編集[::\s]*|責編[::\s]*|文[//::]\s*|기자[:\s]*)"
)
"""How a byline opens."""

READING_TIME = re.compile(
    r"(?:\d+\s*-?\s*(?:min(?:ute)?n?s?|mins|мин\w*|хв\w*|dk|dakika|λεπτά|分)\.?\b(?:\s*(?:de\s+)?(?:read|"
    r"lesezeit|lecture|lectura|leitura|lettura|leestijd|lesetid|lästid|czytania|чтения|okuma)\w*)?"
    r"|(?:reading time|lesezeit|lesedauer|temps de lecture|tiempo de lectura|tempo di lettura|tempo de leitura)\b.*)"
)
"""How long a read takes."""

HOME = Cues(
    "home, homepage, home page, start, startseite, front, front page, frontpage, accueil, inicio, portada, "
    "início, hjem, forside, forsiden, hem, etusivu, voorpagina, strona główna, domů, acasă, címlap, kezdőlap, "
    "главная, головна, anasayfa, ana sayfa, αρχική, αρχικη, الرئيسية, ホーム, トップ, 首页, trang chủ, "
    "iphepha lokuqala"
)
"""Names of the front page, with which a breadcrumb begins."""

SITE_WIDE = Cues(
    "home, homepage, home page, start, startseite, main, front page, frontpage, latest, all, archive, archives, "
    "index, article, story, post, posts, page, pages, menu, search, live, more, mehr, accueil, inicio, portada, "
    "início, hjem, forside, hem, etusivu, strona główna, domů, acasă, címlap, kezdőlap, главная, головна, "
    "anasayfa, ana sayfa, αρχική, αρχικη, الرئيسية, ホーム, トップ, 首页, 홈, trang chủ, nyheter i dag, "
    "uncategorized, "
    "uncategorised, allgemein, artikel, beitrag, detail, amp, www, content, site, web, en, de, fr, es, share, "
    "subscribe, login, log in, sign in, newsletter, newsletters, e-paper, epaper, abo, video, videos, audio, "
    "podcast, podcasts, home news"
)
"""Labels that name no section."""
